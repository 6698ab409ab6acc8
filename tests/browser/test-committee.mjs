// An evening of the committee in Chromium, as 간사, 위원장, 서기, a member who leaves a case, and the 구: called, held, signed,
// shown to outsiders; and another one that fails for want of quorum.
//   node test-committee.mjs IEUM_BINARY [--shots DIR]   DIR keeps a picture of every page at both widths
// Fails on whatever the people of the story cannot do, and on any finding of checks.mjs on a page that they come to.
import { mkdirSync } from "node:fs";
import { WIDTHS, launch } from "./checks.mjs";
import { startDemo } from "./demo.mjs";
import { Visitor } from "./visitor.mjs";

const [binary, option, shots] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-committee.mjs IEUM_BINARY [--shots DIR]");
  process.exit(2);
}
if (option === "--shots") mkdirSync(shots, { recursive: true });
const [PHONE, DESK] = WIDTHS;
const SECRET = "윗집과의 사정은 비공개로 다룸";

let wrong = 0;
let pages = 0;
function report(page, findings) {
  pages += 1;
  for (const finding of findings) {
    wrong += 1;
    console.log(`  ${page}: ${finding}`);
  }
}

const started = performance.now();
const browser = await launch();
const house = await startDemo(binary);

async function person(name, size = DESK) {
  const email = `${name}@demo.example`;
  const login = house.logins.find((one) => one.email === email) ?? house.logins[0];
  const visitor = await Visitor.of(browser, house.origin, name, { size, js: true, report });
  await visitor.signIn(email, login.password);
  return visitor;
}

/** A picture of where the visitor is, at both widths. */
async function shoot(visitor, name) {
  if (option !== "--shots") return;
  for (const size of [PHONE, DESK]) {
    const width = size.width ?? size;
    await visitor.page.setViewportSize({ width, height: 900 });
    await visitor.page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
  }
}

/** The next half hour in Seoul: a meeting may open up to half an hour before its time. */
function soon() {
  const at = new Date(Math.ceil((Date.now() + 60_000) / 1_800_000) * 1_800_000);
  const seoul = (options) => at.toLocaleString("sv-SE", { timeZone: "Asia/Seoul", ...options });
  return { date: seoul({ dateStyle: "short" }), time: seoul({ timeStyle: "short" }) };
}

let home = "";
/** Calls an urgent meeting with these items and sends the notice; answers the meeting's path. */
async function call(desk, chair, items) {
  await desk.open(`${home}/do/meeting`);
  const { date, time } = soon();
  await desk.fill({ sort: "urgent", mode: "in_person", starts_at_date: date, starts_at_time: time, place: "관리동 2층", reason: "급히 정할 일" });
  await desk.send();
  const meeting = new URL(desk.page.url()).pathname;
  for (const item of items) {
    await desk.open(`${meeting}/steps/add`);
    await desk.fill(item);
    await desk.send();
  }
  await chair.open(`${meeting}/steps/notify`);
  await chair.send();
  await chair.sees("소집 통지함");
  return meeting;
}

async function take(visitor, meeting, step, values = {}, status = 200) {
  await visitor.open(`${meeting}/steps/${step}`);
  await visitor.fill(values);
  await visitor.send(status);
}

/** The option of a choice whose label has these words. */
async function option_of(visitor, field, words) {
  return visitor.page.locator(`main [name="${field}"] option`, { hasText: words }).first().getAttribute("value");
}

async function decides() {
  const [desk, chair, clerk] = [await person("secretary"), await person("chair", PHONE), await person("clerk")];
  const [member, leaver] = [await person("member", PHONE), await person("member2")];
  await desk.open("/committees");
  home = new URL(desk.page.url()).pathname;
  await desk.sees("위원회가 할 일", "과반수 찬성");
  await desk.page.locator("main details.more > summary").click();
  await desk.sees("바뀐 이력", "정족수");
  await shoot(desk, "committee");
  await desk.press(desk.page.locator(`main a[href^="/meetings/"]`).first());
  const number = (await desk.text()).match(/20\d\d-\d{4}/)[0];
  const meeting = await call(desk, chair, [
    { matter: "case", number, act: "close:out_of_scope" },
    { matter: "free", title: "윤위원 소개와 겨울 안내문" },
  ]);
  // A member reads the summary from the notice on; one of them leaves the case, and is shut out of it.
  await member.open(`/cases/${number}`);
  await leaver.open(`/cases/${number}`);
  await leaver.open(`/cases/${number}/recusal`);
  await leaver.fill({ ground: "friend", why: "오래 알고 지냄" });
  await leaver.send();
  await leaver.open(`/cases/${number}`, 404);
  await chair.open(home);
  await chair.sees("열려고 한 기록", "백위원");
  await take(clerk, meeting, "issue", { all: true });
  await clerk.open(`${meeting}/packet`);
  await clerk.sees("제1호", "출석부", "물러난 안건");
  await shoot(clerk, "packet");
  await clerk.open(`${meeting}/steps/open`);
  await clerk.fill({ all: true, presiding: await option_of(clerk, "presiding", "조위원장") });
  await clerk.send();
  await clerk.sees("의사정족수를 채웠습니다");
  await leaver.open(meeting);
  await leaver.sees("물러난 안건");
  await leaver.seesNothingOf(number);
  // One vote too many is refused at its field, and what was typed stays.
  await clerk.open(`${meeting}/steps/decide?item=1`);
  await shoot(clerk, "decide");
  await clerk.fill({ yes: "5", no: "1", abstain: "0", decision: SECRET, reason: "층간소음이 아님" });
  await clerk.send(422);
  await clerk.sees("표를 낼 수 있는 위원은 4명");
  await clerk.fill({ yes: "3" });
  await clerk.send();
  await clerk.sees("가결되었습니다", "사건에 반영됨");
  await clerk.open(`${meeting}/steps/decide?item=2`);
  await clerk.fill({ yes: "5", no: "0", abstain: "0" });
  await clerk.send();
  await take(chair, meeting, "adjourn");
  await take(clerk, meeting, "write", { notes_1: SECRET });
  await take(clerk, meeting, "complete");
  await take(clerk, meeting, "sign", { signer: "clerk", method: "link" });
  await take(chair, meeting, "sign", { signer: "chair", method: "link" });
  await chair.sees("회의록 서명함");
  await clerk.open(`${meeting}/steps/collect`);
  for (const box of await clerk.page.locator('main [name="numbers"]').all()) await box.check();
  await clerk.send();
  await clerk.sees("거두지 않은 것 0부");
  await clerk.open(`${meeting}/minutes`);
  await clerk.sees(SECRET);
  await shoot(clerk, "minutes");
  await leaver.open(`${meeting}/minutes`);
  await leaver.seesNothingOf(SECRET, number);
  // The case stands on the agenda of the demonstration's own meeting too, so that the member still reads its summary, no more.
  await member.open(`/cases/${number}/parties`, 404);
  await desk.open(`${meeting}/public`);
  await desk.sees("층간소음 1건 심의·의결", "○○○");
  await desk.seesNothingOf(number, SECRET, "윤위원 소개");
  await shoot(desk, "public");
  return { desk, chair, clerk, member, leaver, number };
}

async function fails({ desk, chair, clerk, member }) {
  const meeting = await call(desk, chair, [{ matter: "free", title: "다음 교육 날짜" }]);
  await clerk.open(`${meeting}/steps/open`);
  await clerk.fill({ present: [await clerk.page.locator('main label:has-text("조위원장")').locator("xpath=..").locator("input").first().getAttribute("value")] });
  await clerk.fill({ presiding: await option_of(clerk, "presiding", "조위원장") });
  await clerk.send(422);
  await clerk.sees("의사정족수에 모자랍니다");
  await shoot(clerk, "no-quorum");
  await take(clerk, meeting, "not_open", { reason: "위원장만 나옴" });
  await clerk.sees("열리지 못함");
  await member.open(meeting);
  await member.sees("열리지 못함", "재적 5명의 과반수");
}

async function others({ desk, number }) {
  await desk.open("/handovers");
  await desk.press("인계인수 적기");
  await desk.fill({ taker: await option_of(desk, "taker", "노서기"), passed: "열쇠 두 개와 회의록 묶음" });
  await desk.send();
  await desk.sees("열쇠 두 개와 회의록 묶음", "남아 있던 일");
  await shoot(desk, "handover");
  await desk.press("인계인수서 인쇄");
  await desk.sees("열쇠 두 개와 회의록 묶음", "열려 있던 일", "넘기는 사람");
  await shoot(desk, "handover-sheet");
  await desk.open(`${home}/do/rules`);
  await shoot(desk, "rules");
  await desk.open(`${home}/do/table`);
  await shoot(desk, "table");
  await desk.open("/todo");
  await shoot(desk, "todo");
  const ward = await person("ward");
  await ward.open("/ward/attempts");
  await ward.sees("물러난 위원장");
  await ward.seesNothingOf(number, "백위원");
  await ward.open(home, 404);
  // What the committee lacks is told to it by mail, once a day; the board says when.
  await ward.open("/ward/committees");
  await shoot(ward, "board");
  const reminded = ward.page.locator('main a[href$="/remind"]').last();
  await ward.press(reminded);
  await shoot(ward, "remind");
  await ward.press("메일 보내기");
  await ward.sees("메일로 2통", "메일 보냄");
}

try {
  const people = await decides();
  await fails(people);
  await others(people);
} catch (error) {
  wrong += 1;
  console.log(error.message);
  const errors = house.errors();
  if (errors) console.log(errors.slice(-2000));
} finally {
  await browser.close();
  await house.stop();
}
console.log(`${pages} pages, ${Math.round((performance.now() - started) / 1000)} s: ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
