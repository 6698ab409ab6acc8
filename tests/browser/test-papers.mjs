// Prints every kind of paper in Chromium, with ordinary and with long contents, and reads the PDF again:
//   node test-papers.mjs IEUM_BINARY [--keep DIR]
// Every page is A4 and carries the case's number, the page's and who printed it; every word of the page is on the paper,
// inside its margins; papers that have to fit on one sheet do; a published report's tables are the page's, row by row.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WIDTHS, launch } from "./checks.mjs";
import { settle, startDemo } from "./demo.mjs";
import { Visitor } from "./visitor.mjs";

const [binary, ...options] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-papers.mjs IEUM_BINARY [--keep DIR]");
  process.exit(2);
}
const keep = options[0] === "--keep" ? options[1] : null;
const folder = keep ?? mkdtempSync(join(tmpdir(), "ieum-papers-"));
mkdirSync(folder, { recursive: true });
/** Points of an A4 sheet, and the margins that no word may enter but the page's number below. */
const SHEET = { width: 595, height: 842 };
const SIDE = (15 / 25.4) * 72;
/** On how many sheets a paper of each kind has to fit, with the contents of the demonstration. */
const SHEETS = {
  receipt: 1, letter: 1, notice: 1, agreement: 1, proposal: 1, referral: 1, history: 3, log: 1, application: 1, notification: 1,
  answer: 1, report: 1, visit: 1, consent: 1, "other-consent": 1, appointment: 1, acceptance: 1, pledge: 1, roster: 1, handover: 1,
  "meeting-notice": 1, minutes: 1, "public-minutes": 1, packet: null, "own-record": null, disposal: 1, evidence: 1, diary: 3,
  publication: null,
};
const SIGNED_OFF = ["history", "referral", "log", "report", "visit", "roster", "publication"];
/** What hangs in the open, goes to somebody's door or home, or is blank: it says neither whose it is nor who printed it. */
const PLAIN = ["packet", "own-record", "letter", "notice", "log", "notification", "answer", "appointment", "acceptance", "pledge", "meeting-notice", "public-minutes"];

let wrong = 0;
function report(what, findings) {
  for (const finding of findings) {
    wrong += 1;
    console.log(`  ${what}: ${finding}`);
  }
}

/** The pages of a PDF as poppler reads them: `[{ width, height, words: [{ text, left, right, bottom }] }]`. */
function read(file) {
  const { stdout, error } = spawnSync("pdftotext", ["-bbox", file, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (error) throw new Error("pdftotext is missing: apt-get install poppler-utils");
  const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&apos;", "'").replaceAll("&#39;", "'").replaceAll("&amp;", "&");
  return stdout.split("<page ").slice(1).map((page) => {
    const [, width, height] = page.match(/width="([\d.]+)" height="([\d.]+)"/);
    const words = [...page.matchAll(/<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<\/word>/g)];
    return {
      width: Number(width), height: Number(height),
      words: words.map(([, left, right, bottom, text]) => ({ text: plain(text), left: Number(left), right: Number(right), bottom: Number(bottom) })),
    };
  });
}

/** Prints the page that stands open and judges the PDF. `sheets` is the most it may take, or a test of the number. */
async function judge(visitor, kind, name, fits) {
  const page = visitor.page;
  const file = join(folder, `${name}.pdf`);
  await page.pdf({ path: file, preferCSSPageSize: true });
  const pages = read(file);
  const found = [];
  const path = new URL(page.url()).pathname;
  const number = path.match(/20\d\d-\d+/)?.[0];
  if (!fits(pages.length)) found.push(`it takes ${pages.length} pages`);
  pages.forEach(({ width, height, words }, at) => {
    const text = words.map((word) => word.text).join("");
    const here = `page ${at + 1}`;
    if (Math.abs(width - SHEET.width) > 1 || Math.abs(height - SHEET.height) > 1) found.push(`${here} is ${width} × ${height}, not A4`);
    if (!text.includes(`${at + 1}/${pages.length}`)) found.push(`${here} has no page number`);
    if (!PLAIN.includes(kind) && !path.startsWith("/forms/")) {
      if (number && !text.includes(number)) found.push(`${here} does not say ${number}`);
      if (!text.includes("출력자")) found.push(`${here} does not say who printed it`);
    }
    for (const word of words) {
      if (word.left < SIDE - 2 || word.right > SHEET.width - SIDE + 2) found.push(`${here}: "${word.text}" stands in the margin`);
    }
  });
  const printed = pages.map(({ words }) => words.map((word) => word.text).join("")).join("");
  const shown = await page.evaluate(() => {
    const walk = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(".sr")) texts.push(walk.currentNode.textContent);
    return texts;
  });
  // A date may go over two lines of its cell, between which poppler reads the next cell.
  const words = new Set(shown.flatMap((text) => text.split(/\s+|(?<=[.)])/)).filter((word) => word.length > 0));
  const missing = [...words].filter((word) => !printed.includes(word));
  if (missing.length > 0) found.push(`not on paper: ${missing.slice(0, 8).join(" ")}${missing.length > 8 ? " …" : ""}`);
  const clipped = await page.$$eval("article *", (all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible" && !e.closest(".sr")).length);
  if (clipped > 0) found.push(`${clipped} elements are wider than their place`);
  if (words.size < 20) found.push(`only ${words.size} words`);
  if (SIGNED_OFF.includes(kind) !== (await page.locator("article .approval").count()) > 0) found.push("결재란 does not stand where it should");
  report(name, found);
  console.log(`${name}: ${pages.length} pages, ${words.size} words`);
}

/** Every paper on a case's list. */
async function printAll(visitor, number, label, fits) {
  await visitor.open(`/cases/${number}/papers`);
  const links = await visitor.page.$$eval("main a", (all) => all.map((a) => a.getAttribute("href")).filter((href) => href.includes("/print/")));
  const kinds = [];
  for (const href of links) {
    const kind = href.match(/\/print\/([\w-]+)/)[1];
    kinds.push(kind);
    await visitor.open(href);
    await judge(visitor, kind, `${label}-${kind}-${kinds.length}`, (pages) => fits(kind, pages));
  }
  return kinds;
}

/** Every blank form of the list, each on one sheet. */
async function printForms(visitor) {
  await visitor.open("/forms");
  const links = await visitor.page.$$eval("main a", (all) => all.map((a) => a.getAttribute("href")).filter((href) => href.startsWith("/forms/")));
  if (links.length < 20) report("forms", [`only ${links.length} forms`]);
  for (const href of links) {
    await visitor.open(href);
    const kind = href.slice("/forms/".length);
    await judge(visitor, kind, `blank-${kind}`, (pages) => pages === 1);
    const number = await visitor.page.locator("article").evaluate((e) => e.textContent.match(/20\d\d-\d{3,}/)?.[0]);
    if (number) report(`blank-${kind}`, [`it is not blank: ${number}`]);
  }
}

/** The guide of each role, each on one sheet. */
async function printGuides(visitor) {
  await visitor.open("/help");
  const links = await visitor.page.$$eval("main a", (all) => all.map((a) => a.getAttribute("href")).filter((href) => href.startsWith("/help/")));
  if (links.length < 10) report("guides", [`only ${links.length} guides`]);
  for (const href of new Set(links)) {
    await visitor.open(href);
    const file = join(folder, `guide-${href.slice("/help/".length)}.pdf`);
    await visitor.page.pdf({ path: file, preferCSSPageSize: true });
    const pages = read(file).length;
    if (pages !== 1) report(href, [`it takes ${pages} pages`]);
  }
}

/** The papers of the committee, of its members and of its meetings. */
async function printCommittee(visitor, seats = Infinity) {
  const kinds = new Set();
  const linked = (sort) => visitor.page.$$eval("main a", (all, sort) => [...new Set(all.map((a) => a.getAttribute("href")))].filter((h) => h.includes(sort)), sort);
  await visitor.open("/committees");
  const home = visitor.page.url().replace(demo.origin, "");
  const pages = [home, ...(await linked("/seats/")).slice(0, seats), ...(await linked("/meetings/"))];
  for (const at of pages) {
    await visitor.open(at);
    for (const href of await linked("/print/")) {
      const code = href.match(/\/print\/([\w-]+)/)[1];
      const kind = { notice: "meeting-notice", public: "public-minutes" }[code] ?? code;
      kinds.add(kind);
      await visitor.open(href);
      await judge(visitor, kind, `${at.replaceAll("/", "-").slice(1)}-${code}`, (pages) => pages === SHEETS[kind]);
    }
  }
  return kinds;
}

/** Hands out the papers of the meeting to come: each copy, the attendance sheet and the ballots on a sheet of their own. */
async function printPacket(visitor) {
  await visitor.open("/committees");
  const meetings = await visitor.page.$$eval('main a[href^="/meetings/"]', (all) => all.map((a) => a.getAttribute("href")));
  for (const at of meetings) {
    await visitor.open(at);
    if ((await visitor.page.locator(`main a[href="${at}/steps/issue"]`).count()) === 0) continue;
    await visitor.open(`${at}/steps/issue`);
    await visitor.fill({ all: true });
    await visitor.send();
    await visitor.open(`${at}/packet`);
    const sheets = await visitor.page.locator("article").count();
    if (sheets < 7) report("packet", [`only ${sheets} sheets`]);
    await judge(visitor, "packet", "packet", (pages) => pages === sheets);
    return "packet";
  }
  return null;
}

/** Grants an applicant's request for their own record, and prints it: it grows with the case, and with nothing else. */
async function printOwnRecord(visitor, number) {
  await visitor.step(number, "ask_right", { side: "applicant", right: "access", text: "내 기록을 보고 싶습니다.", method: "phone" });
  await visitor.step(number, "answer_right", { answer: "done", text: "열람 자료를 드렸습니다." });
  await visitor.open(`/cases/${number}/print/own-record`);
  await judge(visitor, "own-record", "own-record", (pages) => pages >= 1 && pages <= 3);
  return "own-record";
}

/** Hands the desk over, and prints the 인계인수서 from its record: as long as what is open, and no longer. */
async function printHandover(visitor) {
  await visitor.open("/handovers");
  await visitor.press("인계인수 적기");
  const takers = await visitor.page.$$eval('main [name="taker"] option', (all) => all.map((o) => o.value).filter((value) => value));
  await visitor.fill({ taker: takers[0], passed: "열쇠 두 개와 회의록 묶음" });
  await visitor.send();
  await visitor.press("인계인수서 인쇄");
  await judge(visitor, "handover", "handover-filled", (pages) => pages >= 1 && pages <= 3);
  return "handover";
}

/** The lines of a PDF as poppler lays them out, page by page, without spaces: what stands in a row of a table is one line. */
function lines(file) {
  const { stdout } = spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
  return stdout.split("\f").map((page) => page.split("\n").map((line) => line.replaceAll(/\s/g, "")).filter((line) => line));
}

/** Publishes a report, and prints it: its tables say on paper what they say on the page, row by row, and no heading is left behind. */
async function printPublication(visitor) {
  await visitor.open("/publications/new");
  const periods = await visitor.page.$$eval('main [name="period"] option', (all) => all.map((o) => o.value).filter((value) => value));
  const year = periods.find((value) => value.startsWith("year:"));
  await visitor.fill({ period: year, number: "자치행정과-1234", openness: "partly", target_percent: "45" });
  await visitor.send();
  const path = new URL(visitor.page.url()).pathname;
  await visitor.open(`${path}/print`);
  await judge(visitor, "publication", "publication", (pages) => pages >= 2 && pages <= 6);
  const found = [];
  const { said, boxes, tables, heads } = await visitor.page.evaluate(() => {
    const text = (e) => e.textContent.replaceAll(/\s/g, "");
    const rows = (table) => [...table.querySelectorAll("tr")].map((row) => [...row.cells].map(text).join(""));
    return {
      said: text(document.querySelector("article")),
      boxes: [...document.querySelectorAll("article .approval th")].map(text),
      tables: [...document.querySelectorAll("article .scroll table")].map((table) => ({ name: table.caption.textContent, rows: rows(table) })),
      heads: [...document.querySelectorAll("article h2")].map(text),
    };
  });
  for (const word of ["자치행정과-1234", "공개구분", "부분공개", "목표값", "45"]) if (!said.includes(word)) found.push(`it does not say ${word}`);
  if (boxes.length < 3 || boxes[0] !== "결재") found.push(`결재란: ${boxes}`);
  const pages = lines(join(folder, "publication.pdf"));
  const all = pages.flat();
  let at = 0;
  for (const { name, rows } of tables) {
    for (const row of rows) {
      const next = all.findIndex((line, n) => n >= at && line === row);
      if (next < 0) found.push(`${name}: not one line of the paper: ${row}`);
      else at = next + 1;
    }
  }
  if (tables.flatMap(({ rows }) => rows).length < 40) found.push(`only ${tables.length} tables`);
  for (const [n, page] of pages.entries()) {
    const last = page.filter((line) => !/^출력자|^\d+\/\d+$/.test(line)).at(-1);
    if (heads.includes(last)) found.push(`page ${n + 1} ends with the heading ${last}`);
  }
  report("publication", found);
  return "publication";
}

/** Lets the time of keeping pass, and prints the certificate of what was destroyed by itself. */
async function printCertificate(browser) {
  // Nobody reads the mails of these years: nothing listens there.
  const house = await settle(binary, 9);
  try {
    await house.serve(120);
    const login = house.logins.find((one) => one.email === "secretary@demo.example");
    const visitor = await Visitor.of(browser, house.origin, login.email, { size: WIDTHS[1], js: true, report: heard });
    await visitor.signIn(login.email, login.password);
    for (let tries = 0; tries < 60; tries++) {
      await visitor.open("/disposals");
      const done = visitor.page.locator('main tr:has-text("파기함") a[href^="/disposals/"]').first();
      if ((await done.count()) > 0) {
        await visitor.press(done);
        await judge(visitor, "disposal", "disposal", (pages) => pages === 1);
        return "disposal";
      }
      await new Promise((done) => setTimeout(done, 1000));
    }
    return null;
  } finally {
    await house.stop();
  }
}

/** Fills a case with as much as its forms take: a long recommendation, a proposal and an agreement of twelve long terms. */
async function fillUp(member, number) {
  const sentence = "저녁 아홉 시 뒤에는 거실과 복도에서 뛰지 않고, 아이가 뛸 때에는 깔개 위에서 놀게 하며, ";
  await member.step(number, "recommend_again", { content: sentence.repeat(60) });
  for (const step of ["propose", "draft"]) {
    await member.step(number, step, { kind: "full", ...(step === "propose" ? { answer_by: "2099-12-31", reason: sentence.repeat(20) } : {}) }, async () => {
      for (let row = 1; row <= 12; row++) {
        if ((await member.page.locator(`[name="terms_${row}_who"]`).count()) === 0) await member.press("한 줄 더");
        await member.fill({ [`terms_${row}_who`]: row % 2 ? "상대방" : "신청인", [`terms_${row}_what`]: sentence.repeat(6), [`terms_${row}_check`]: `${row}번째 달에 함께 확인` });
      }
    });
  }
}

const started = performance.now();
const demo = await startDemo(binary);
const browser = await launch();
const heard = (page, findings) => report(page, findings);
async function person(email) {
  const visitor = await Visitor.of(browser, demo.origin, email, { size: WIDTHS[1], js: true, report: heard });
  await visitor.signIn(email, demo.logins.find((login) => login.email === email).password);
  return visitor;
}
try {
  const member = await person("member@demo.example");
  await member.open("/cases");
  const own = await member.page.$$eval('main a[href^="/cases/20"]', (all) => [...new Set(all.map((a) => a.getAttribute("href").split("/")[2]))]);
  let long = null;
  for (const number of own) {
    await member.open(`/cases/${number}`);
    if ((await member.page.locator('main a[href*="/steps/draft"]').count()) > 0 && (await member.page.locator('main a[href*="/steps/propose"]').count()) > 0) long = number;
  }
  if (!long) throw new Error(`none of ${own} can be agreed upon`);
  const desk = await person("secretary@demo.example");
  const seen = new Set();
  await desk.open("/cases");
  const numbers = await desk.page.$$eval('main a[href^="/cases/20"]', (all) => [...new Set(all.map((a) => a.getAttribute("href").split("/")[2]))]);
  for (const number of numbers.slice(0, 14)) {
    const kinds = await printAll(desk, number, number, (kind, pages) => pages <= SHEETS[kind]);
    for (const kind of kinds) seen.add(kind);
  }
  await printForms(desk);
  await printGuides(desk);
  for (const kind of await printCommittee(desk)) seen.add(kind);
  seen.add(await printHandover(desk));
  seen.add(await printCertificate(browser));
  seen.add(await printPacket(desk));
  seen.add(await printOwnRecord(desk, numbers[0]));
  seen.add(await printPublication(await person("ward@demo.example")));
  // Fifteen members take no more paper than the committee's six.
  await printCommittee(await person("council@demo.example"), 2);
  await fillUp(member, long);
  // The agreement that the long one took the place of is still on the list, as short as it was.
  const fits = { receipt: (pages) => pages === 1, letter: (pages) => pages === 1, notice: (pages) => pages === 1, agreement: (pages) => pages === 1 || pages === 5, diary: (pages) => pages <= SHEETS.diary };
  for (const kind of ["application", "notification", "answer", "visit", "evidence", "consent", "other-consent", "report"]) fits[kind] = (pages) => pages === SHEETS[kind];
  for (const kind of await printAll(desk, long, "long", (kind, pages) => (fits[kind] ?? ((n) => n >= 2))(pages))) seen.add(kind);
  for (const kind of Object.keys(SHEETS)) {
    if (kind !== "log" && !seen.has(kind)) report("papers", [`no ${kind} was printed`]);
  }
} catch (error) {
  wrong += 1;
  console.log(error.message, demo.errors().slice(-1000));
} finally {
  await browser.close();
  await demo.stop();
  if (!keep) rmSync(folder, { recursive: true, force: true });
}
console.log(`papers printed in ${Math.round((performance.now() - started) / 1000)} s: ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
