// A complaint taken at the desk with the keyboard alone, and how long that takes a person.
//   node test-intake.mjs IEUM_BINARY
// Walks the form as an office clerk does while somebody telephones: Tab from field to field, arrows in lists, Space on boxes, no
// mouse; counts every key, and reckons the time by the keystroke-level model (Card, Moran & Newell): a slow typist's 200 keys a
// minute for every key, Tab included, and 1.35 s of thought before each answer. Hangul counts by the keys of the two-set layout.
// Fails when a field cannot be reached, or when it takes more than three minutes (`product.md`: a desk's intake).
import { WIDTHS, launch, window } from "./checks.mjs";
import { signIn, startDemo } from "./demo.mjs";

const [binary] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-intake.mjs IEUM_BINARY");
  process.exit(2);
}
const KEYS_PER_MINUTE = 200;
const THOUGHT_SECONDS = 1.35;
const LIMIT_SECONDS = 180;

/** Keys that a syllable takes: initial, vowel (two for ㅘ ㅝ …), final (two for ㄳ ㄵ …). Doubled letters take a Shift, not a key. */
function keysOf(text) {
  const twoVowels = new Set([9, 10, 11, 14, 15, 16, 19]);
  const twoFinals = new Set([3, 5, 6, 9, 10, 11, 12, 13, 14, 15, 18]);
  let keys = 0;
  for (const letter of text) {
    const at = letter.codePointAt(0) - 0xac00;
    if (at < 0 || at > 11171) keys += 1;
    else keys += 1 + (twoVowels.has(Math.floor((at % 588) / 28)) ? 2 : 1) + (at % 28 === 0 ? 0 : twoFinals.has(at % 28) ? 2 : 1);
  }
  return keys;
}

/** What somebody tells on the telephone. A list is chosen by its value; a group of boxes by its values. */
const SHORT = {
  channel: "phone", building: "112", unit: "1502", name: "선우봄별", phone: "01073014402",
  position: "above", r_building: "112", r_unit: "1602", cause: "footfall",
  narrative: "밤 11시 넘어 뛰는 소리에 아이가 깹니다. 지난주부터 거의 매일입니다.", wishes: "밤에는 조용하면 좋겠습니다",
};
const WHOLE = {
  ...SHORT, email: "spring@walk.example", unit: "1504", r_unit: "1604", tenure: "owner", since: "지난봄부터", times: ["22-24", "00-06"], evidence: ["diary"],
  answered: "지난주에 방송을 해 주었습니다", disclosure: "hide_unit", may_tell: "밤 10시 뒤에는 조심해 주세요",
  safety: "ok", consent_sensitive: true, consent_provision: true,
};

const browser = await launch();
const demo = await startDemo(binary);
let wrong = 0;
try {
  const context = await window(browser, WIDTHS[1]);
  const page = await context.newPage();
  await signIn(page, demo.origin, demo.logins.find((one) => one.email === "office@demo.example") ?? demo.logins[0]);
  for (const [title, story] of Object.entries({ "what is needed": SHORT, "everything that is said": WHOLE })) {
    const { seconds, keys, tabs, answers, fields } = await taken(page, demo.origin, { ...story });
    const said = `${title}: ${fields} fields, ${answers} answered, ${keys} keys (${tabs} of them Tab), about ${Math.round(seconds)} s`;
    console.log(`${said} at ${KEYS_PER_MINUTE} keys a minute and ${THOUGHT_SECONDS} s of thought an answer`);
    if (seconds > LIMIT_SECONDS) {
      wrong += 1;
      console.log(`  over ${LIMIT_SECONDS} s`);
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
process.exit(wrong ? 1 : 0);

/** Where the keyboard is: the field's name, its value, and what kind it is. */
function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    return { name: at.name ?? "", value: at.value ?? "", kind: at.localName === "input" ? at.type : at.localName, primary: at.matches("button.primary") };
  });
}

async function taken(page, origin, open) {
  await page.goto(`${origin}/cases/new`);
  const fields = await page.evaluate(() => new Set([...document.querySelectorAll('main form[action="/cases/new"] [name]:not([type=hidden])')].filter((f) => f.offsetParent).map((f) => f.name)).size);
  let keys = 0;
  let tabs = 0;
  let answers = 0;
  const press = async (key, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
    keys += times;
  };
  // A click into the page is what the desk has done already: the form is what it came for.
  await page.evaluate(() => document.querySelector("main h1").setAttribute("tabindex", "-1"));
  await page.evaluate(() => document.querySelector("main h1").focus());
  for (let steps = 0; steps < 120; steps++) {
    await press("Tab");
    tabs += 1;
    const at = await focused(page);
    if (at.primary) break;
    const answer = open[at.name];
    if (answer === undefined) continue;
    const boxes = [answer].flat();
    if (at.kind === "checkbox") {
      if (answer !== true && !boxes.includes(at.value)) continue;
      await press("Space");
      answers += 1;
      if (answer === true || boxes.length === 1) delete open[at.name];
      else open[at.name] = boxes.filter((one) => one !== at.value);
      continue;
    }
    if (at.kind === "radio") {
      const values = await page.$$eval(`main [name="${at.name}"]`, (all) => all.map((one) => one.value));
      const chosen = await page.$eval(`main [name="${at.name}"]`, (one) => one.form.elements[one.name].value);
      if (chosen !== answer) {
        if (values.indexOf(at.value) === values.indexOf(answer)) await press("Space");
        else await press("ArrowDown", values.indexOf(answer) - values.indexOf(at.value));
      }
    } else if (at.kind === "select") {
      const steps = await page.$eval(`main [name="${at.name}"]`, (list, value) => [...list.options].findIndex((o) => o.value === value) - list.selectedIndex, answer);
      await press(steps < 0 ? "ArrowUp" : "ArrowDown", Math.abs(steps));
    } else {
      await page.keyboard.type(answer);
      keys += keysOf(answer);
    }
    answers += 1;
    delete open[at.name];
  }
  if (Object.keys(open).length) throw new Error(`the keyboard never came to ${Object.keys(open)}`);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  keys += 1;
  if (!/\/print\/receipt$/.test(new URL(page.url()).pathname)) throw new Error(`not filed: ${page.url()} ${(await page.innerText("main")).slice(0, 400)}`);
  return { fields, keys, tabs, answers, seconds: (keys * 60) / KEYS_PER_MINUTE + answers * THOUGHT_SECONDS };
}
