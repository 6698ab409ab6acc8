// A volunteer's phone and a coordinator's day, on `ieum demo` in Chromium:
//   node test-mediator.mjs IEUM_BINARY
// The mediator has a case from the mail with three taps at most, at 360 px and without a login. The coordinator walks through
// all the cases that the demonstration gives that desk: opens each, sees what comes next, and is led to its form.
// Before them a scanner of mails, with scripts, opens every kind of link: nothing changes, and the mediator takes the offer after it.
// Fails on what they cannot do, on too many taps, on any finding of checks.mjs on a page that they come to, and when the
// coordinator has to look for a case instead of being led to it.
import { WIDTHS, launch } from "./checks.mjs";
import { startDemo } from "./demo.mjs";
import { Visitor } from "./visitor.mjs";

const [binary] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-mediator.mjs IEUM_BINARY");
  process.exit(2);
}
const [PHONE, DESK] = WIDTHS;
/** So many cases a coordinator looks after on one day. */
const CASES = 10;
/** Steps that are taken as their form stands, where they come next. */
const AS_IT_STANDS = ["accept_referral", "offer"];

let wrong = 0;
let pages = 0;
function report(page, findings) {
  pages += 1;
  for (const finding of findings) {
    wrong += 1;
    console.log(`  ${page}: ${finding}`);
  }
}

const demo = await startDemo(binary);
const browser = await launch();
const visit = (name, size) => Visitor.of(browser, demo.origin, name, { size, js: true, report });

/** The mail of the demonstration whose offer still waits for its answer: its text and the path that it leads to. */
async function openOffer() {
  const post = await visit("the post", DESK);
  await post.page.goto(`${demo.origin}/demo/mail`);
  const mails = await post.page.$$eval("main a[href^='/demo/mail/']", (all) => all.filter((a) => a.innerText.includes("배정 요청")).map((a) => a.href));
  for (const address of mails) {
    await post.page.goto(address);
    const text = await post.page.innerText("main");
    const [path] = await post.page.$$eval("main a[href*='/r/']", (all) => all.map((a) => new URL(a.href).pathname));
    const page = path ? await fetch(`${demo.origin}${path}`).then((answer) => answer.text()) : "";
    if (page.includes("이해관계가 없으며 맡겠습니다")) {
      await post.close();
      return { text, path };
    }
  }
  throw new Error(`no offer waits in ${mails.length} mails`);
}

/** Every kind of mail of the demonstration, by what stands in its subject's brackets, with the paths that it leads to. */
async function mailedLinks() {
  const post = await visit("the post", DESK);
  const kinds = new Map();
  for (let list = `${demo.origin}/demo/mail`; list; ) {
    await post.page.goto(list);
    const mails = await post.page.$$eval("main a[href^='/demo/mail/']", (all) => all.map((a) => [a.innerText, a.href]));
    for (const [subject, address] of mails) kinds.set(subject.match(/\[(.+?)\]/)?.[1] ?? subject, address);
    list = await post.page.$$eval("main a[rel=next]", (all) => all[0]?.href ?? "");
  }
  const links = [];
  for (const [kind, address] of kinds) {
    await post.page.goto(address);
    const paths = await post.page.$$eval("main a[href]", (all) => all.map((a) => new URL(a.href)).filter((url) => /^\/(r|i|unsubscribe)\//.test(url.pathname)).map((url) => url.pathname));
    for (const path of new Set(paths)) links.push({ kind, path });
  }
  await post.close();
  return links;
}

/**
 * A scanner of mails opens each kind of link, lets its scripts run, hovers over what there is to press and follows what it leads
 * to: nothing but questions is sent, and the page is the same for whoever it is for.
 */
async function scannersChangeNothing() {
  const links = await mailedLinks();
  for (const { kind, path } of links) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const sent = [];
    page.on("request", (request) => request.method() === "GET" || sent.push(`${request.method()} ${request.url()}`));
    const look = async () => {
      await page.goto(`${demo.origin}${path}`, { waitUntil: "load" });
      return page.innerText("main");
    };
    const before = await look();
    for (const button of await page.locator("main button").all()) await button.hover({ timeout: 1000 }).catch(() => {});
    const hrefs = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
    for (const href of new Set(hrefs.filter((href) => href.startsWith(`${demo.origin}/`)))) {
      await page.goto(href, { waitUntil: "load" }).catch(() => {});
    }
    const after = await look();
    if (sent.length > 0) report(`${kind} ${path}`, [`a scanner sent ${sent.join(", ")}`]);
    if (after !== before) report(`${kind} ${path}`, ["a scanner changed the page"]);
    await context.close();
  }
  const kinds = new Set(links.map(({ kind }) => kind));
  console.log(`a scanner with scripts opened ${links.length} links of ${kinds.size} kinds of mail: ${[...kinds].join(", ")}`);
  if (kinds.size < 5) report("the scanner", ["too few kinds of mail"]);
}

async function takesTheCase() {
  const { text, path } = await openOffer();
  const number = text.match(/20\d\d-\d{4}/)[0];
  const volunteer = await visit("the mediator", PHONE);
  await volunteer.open(path);
  volunteer.taps = 1;
  await volunteer.sees(number, "이해관계가 없습니다", "단지");
  await volunteer.press("이해관계가 없으며 맡겠습니다");
  await volunteer.sees("이미 답하셨습니다: 맡겠습니다");
  // The link in the mail, and the button.
  volunteer.tapped(2, "from the mail to having accepted");
  console.log(`the mediator has ${number} after ${volunteer.taps} taps`);
  await volunteer.close();
  return number;
}

async function coordinatorsDay(taken) {
  const desk = await visit("the coordinator", DESK);
  const { email, password } = demo.logins.find((login) => login.email === "ngo@demo.example");
  await desk.signIn(email, password);
  desk.taps = 0;
  // What waits comes first, and every line of it leads to its case.
  await desk.open("/todo");
  const waiting = await desk.page.$$eval("main a[href^='/cases/20']", (all) => all.map((a) => new URL(a.href).pathname.split("/")[2]));
  await desk.open("/cases?open=all");
  const listed = await desk.page.$$eval("main a[href^='/cases/20']", (all) => all.map((a) => new URL(a.href).pathname.split("/")[2]));
  const day = [...new Set([...waiting, taken, ...listed])].slice(0, CASES);
  if (waiting.length === 0) throw new Error("nothing waits for the coordinator");
  let [led, done] = [0, 0];
  for (const number of day) {
    await desk.open(`/cases/${number}`);
    await desk.sees(number);
    const next = desk.page.locator("main a.btn.primary[href*='/steps/']").first();
    if (await next.count()) {
      await desk.press(next);
      led += 1;
      if (AS_IT_STANDS.some((step) => desk.page.url().endsWith(`/steps/${step}`))) {
        await desk.send();
        await desk.sees(number);
        done += 1;
      }
    }
  }
  console.log(`the coordinator saw ${day.length} cases, was led to ${led} forms and took ${done} steps, with ${desk.taps} taps`);
  if (day.length < CASES) report("the coordinator's day", [`only ${day.length} cases can be seen`]);
  if (led === 0) report("the coordinator's day", ["no case leads to its next step"]);
  if (done === 0) report("the coordinator's day", ["no step was taken"]);
  await desk.close();
}

const started = performance.now();
try {
  await scannersChangeNothing();
  const taken = await takesTheCase();
  await coordinatorsDay(taken);
} catch (error) {
  wrong += 1;
  console.log(error.message);
  console.log(demo.errors().slice(-1500));
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`${pages} pages, ${Math.round((performance.now() - started) / 1000)} s: ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
