// A case the whole way, twice, in Chromium: once with JavaScript, once without. A real SMTP server receives the mails, and
// whoever has a link has it from there.
//   node test-walk.mjs IEUM_BINARY [--mails DIR]      DIR keeps the mails as they came
// Fails on whatever the people of the story cannot do or have to tap too often for, on any finding of checks.mjs on a page that
// they come to, on a mail that says more than a mail may, and on anything personal in an address or in the server's own words.
import { mkdirSync, writeFileSync } from "node:fs";
import { WIDTHS, launch } from "./checks.mjs";
import { settle } from "./demo.mjs";
import { links, openPostOffice } from "./post-office.mjs";
import { Visitor } from "./visitor.mjs";

const [binary, ...options] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-walk.mjs IEUM_BINARY [--mails DIR]");
  process.exit(2);
}
const [PHONE, DESK] = WIDTHS;

/** Two stories: who lives where, what they tell, in which browser. None of these words may be in a mail. */
const STORIES = [
  {
    title: "JavaScript on", js: true, home: PHONE, staff: DESK,
    applicant: { name: "선우봄별", phone: "010-7301-4402", email: "spring@walk.example", building: "112", unit: "1704" },
    respondent: { name: "황보겨울", phone: "010-7303-4404", email: "winter@walk.example", building: "112", unit: "1804" },
    told: "지난주에 방송을 부탁드렸습니다", narrative: "새벽마다 덤벨을 내려놓는 소리에 깹니다", wish: "새벽에는 조용하면 좋겠습니다",
    mayTell: "새벽 여섯 시 앞에는 매트를 써 주세요", say: "운동을 하는 것은 맞습니다", cause: "exercise",
    promise: "새벽 여섯 시 앞에는 운동기구를 쓰지 않습니다", kept: "kept", mediator: "mediator@demo.example",
  },
  {
    title: "JavaScript off", js: false, home: DESK, staff: PHONE,
    applicant: { name: "제갈여름", phone: "010-7305-4406", email: "summer@walk.example", building: "111", unit: "906" },
    respondent: { name: "독고가을", phone: "010-7307-4408", email: "autumn@walk.example", building: "111", unit: "1006" },
    told: "두 달 전에 찾아가 말씀드렸습니다", narrative: "주말 내내 의자 끄는 소리가 이어집니다", wish: "의자에 덮개를 씌워 주셨으면 합니다",
    mayTell: "주말 낮에는 아이가 잠을 잡니다", say: "의자가 무거운 것을 몰랐습니다", cause: "furniture",
    promise: "거실 의자 다리에 덮개를 씌웁니다", kept: "broken", mediator: "mediator2@demo.example",
  },
];
const PLACE = "천연동주민센터 2층 작은 회의실";
/** The 행정동 (천연동) and the 단지 of the demonstration's office and committee (CYD-01). */
const DONG = "1141052000";
const COMPLEX = "천연 솔바람아파트";

let wrong = 0;
let pages = 0;
function report(page, findings) {
  pages += 1;
  for (const finding of findings) {
    wrong += 1;
    console.log(`  ${page}: ${finding}`);
  }
}

/** Seoul's date and time `days` from now, as the fields want it. */
function slot(days, time) {
  return { date: new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Seoul" }), time };
}

const post = await openPostOffice();
const browser = await launch();
const house = await settle(binary, post.port);
// Ended from outside, it takes its browser and its house along.
process.once("SIGTERM", async () => {
  await browser.close();
  await house.stop();
  process.exit(143);
});

/** The desks' sessions, by address: a second visitor of the same desk is signed in already. */
const sessions = new Map();
async function staff(story, email) {
  const visitor = await Visitor.of(browser, house.origin, `${story.title}: ${email}`, { size: story.staff, js: story.js, report });
  if (sessions.has(email)) {
    await visitor.context.addCookies(sessions.get(email));
    await visitor.open("/todo");
  } else {
    const login = house.logins.find((one) => one.email === email);
    await visitor.signIn(email, login.password);
    sessions.set(email, await visitor.context.cookies());
  }
  return visitor;
}

/** Somebody without an account. */
function guest(story, name, size = story.home) {
  return Visitor.of(browser, house.origin, `${story.title}: ${name}`, { size, js: story.js, report });
}

/** Opens the link of a mail. */
async function follow(visitor, mail) {
  const [url] = links(mail);
  if (!url?.startsWith(`${house.origin}/`)) throw new Error(`no link of ours in "${mail.subject}"`);
  await visitor.open(url);
  visitor.taps = 1;
}

// --- The story --------------------------------------------------------------------------------------------------------

async function files(story) {
  const { applicant, respondent } = story;
  const visitor = await guest(story, "신청인");
  await visitor.open("/");
  await visitor.press(visitor.page.locator('main a[href="/apply"]').first());
  await visitor.fill({ consent_sensitive: true, consent_provision: true });
  await visitor.send();
  const complex = await visitor.page.locator('main [name="complex"] option', { hasText: COMPLEX }).first().getAttribute("value");
  await visitor.fill({ complex, building: applicant.building, unit: applicant.unit });
  await visitor.send();
  await visitor.fill({ cause: story.cause, times: ["22-24", "00-06"], position: "above", r_building: respondent.building, r_unit: respondent.unit, narrative: story.narrative });
  await visitor.send();
  // One mistake: the page comes back, says so at the field, and keeps everything.
  const wishes = { told: "yes", told_on: slot(-7).date, told_answer: story.told, wishes: story.wish, disclosure: "hide_unit", may_tell: story.mayTell, name: applicant.name, email: applicant.email };
  await visitor.fill({ ...wishes, phone: "010-12" });
  await visitor.send(422);
  if (!(await visitor.page.title()).startsWith("오류:")) throw new Error("the title does not tell of the error");
  for (const name of ["told_on", "told_answer", "wishes", "may_tell", "name", "phone", "email"]) {
    const kept = await visitor.page.inputValue(`main [name="${name}"]`);
    if (kept !== { ...wishes, phone: "010-12" }[name]) throw new Error(`"${name}" was not kept: "${kept}"`);
  }
  // The draft outlives a look elsewhere, too.
  await visitor.open("/help");
  await visitor.open("/apply/wishes");
  await visitor.fill({ ...wishes, phone: applicant.phone });
  await visitor.send();
  await visitor.sees(story.narrative, story.wish, applicant.name);
  await visitor.send();
  await visitor.sees("접수했습니다", "112");
  story.number = (await visitor.text()).match(/20\d\d-\d{4}/)[0];
  // The receipt by the link on the page, then by the one in the mail: they are the same page.
  await visitor.press("진행 상황 보기");
  await visitor.sees(story.number);
  await visitor.seesNothingOf(story.narrative, applicant.name);
  const mail = await post.next(applicant.email, "case.received", story.number);
  await follow(visitor, mail);
  story.receipt = links(mail)[0];
  await visitor.close();
}

async function looksInto(story) {
  const office = await staff(story, "office@demo.example");
  await office.open("/todo");
  await office.sees(story.number);
  await office.open(`/cases/${story.number}`);
  await office.step(story.number, "open_inquiry");
  await office.step(story.number, "screen", { side: "applicant", result: "ok" });
  await office.step(story.number, "investigate", { means: "visit", findings: "밤 열한 시에 두 집에 들러 들음" });
  await office.step(story.number, "recommend", { result: "continues", content: "밤에는 바닥에 깔개를 쓰도록 권고함" });
  await office.step(story.number, "hand_over", { basis: "recommended" });
  await office.sees(story.number);
  await office.close();
}

async function asks(story) {
  const desk = await staff(story, "secretary@demo.example");
  await post.next("secretary@demo.example", "case.handed_over", story.number);
  await desk.step(story.number, "contact", { means: "intercom", result: "no_answer", note: "저녁에 한 번 더 눌러 보기로 함" });
  await desk.step(story.number, "letter");
  story.code = (await desk.page.innerText(".code-big")).trim();
  await desk.sees(story.mayTell);
  await desk.seesNothingOf(story.applicant.name, `${story.applicant.unit}호`);
  await desk.close();
}

async function answers(story) {
  const { respondent } = story;
  const door = await guest(story, "상대방");
  await door.open("/");
  await door.open("/letter");
  await door.fill({ code: "AAAA-AAAA" });
  await door.send(422);
  await door.fill({ code: story.code.toLowerCase() });
  await door.send();
  await door.sees("잘못을 정한 것이 아닙니다", story.mayTell);
  await door.seesNothingOf(story.applicant.name, `${story.applicant.unit}호`, story.narrative);
  await door.fill({ choice: "join", say: story.say, name: respondent.name, phone: respondent.phone, email: respondent.email });
  await door.send(422);
  await door.sees("동의");
  await door.fill({ consent: true });
  await door.send();
  await door.sees("참여");
  await door.close();
  // The applicant takes part, too, from the receipt.
  const applicant = await guest(story, "신청인");
  await applicant.open(story.receipt);
  await applicant.fill({ consent: true });
  await applicant.press("참여하기");
  await applicant.seesNothingOf(respondent.name, story.say);
  await applicant.close();
}

async function refers(story) {
  const desk = await staff(story, "secretary@demo.example");
  await desk.step(story.number, "screen", { side: "respondent", result: "ok" });
  const form = desk.page;
  await desk.step(story.number, "refer", { reason: "두 집 모두 위원과 같은 동에 삶", basis: "consent" }, () =>
    form.getByLabel(/이웃갈등해결센터/).first().check());
  await desk.close();
  const ngo = await staff(story, "ngo@demo.example");
  await post.next("ngo@demo.example", "referral.sent", story.number);
  await ngo.open("/referrals");
  await ngo.sees(story.number);
  await ngo.step(story.number, "accept_referral");
  const until = slot(2, "18:00");
  await ngo.step(story.number, "offer", { answer_by_date: until.date, answer_by_time: until.time, wanted_1: slot(4).date }, () =>
    ngo.page.getByLabel(story.mediator === "mediator@demo.example" ? /배조정/ : /신조정/).first().check());
  await ngo.close();
}

async function accepts(story) {
  const volunteer = await guest(story, "조정인", PHONE);
  const mail = await post.next(story.mediator, "assignment.requested", story.number);
  await follow(volunteer, mail);
  // Opened twice by whatever reads mail before people do: nothing is decided.
  await volunteer.open(links(mail)[0]);
  await volunteer.sees("이 사건을 맡아 주시겠습니까?");
  await volunteer.seesNothingOf(story.applicant.name, story.respondent.name, story.narrative, story.applicant.unit);
  // The link in the mail, and one press that says both: no stake in it, and yes.
  await volunteer.press("이해관계가 없으며 맡겠습니다");
  volunteer.tapped(3, "from the mail to having accepted");
  await volunteer.sees("고맙습니다");
  await volunteer.close();
  await post.next(story.mediator, "assignment.accepted", story.number);
  await post.next(story.applicant.email, "case.progress", story.number);
}

async function meets(story) {
  const mediator = await staff(story, story.mediator);
  await mediator.open(`/cases/${story.number}`);
  await mediator.open(`/cases/${story.number}/parties`);
  const [first, second] = [slot(3, "19:00"), slot(4, "19:30")];
  await mediator.step(story.number, "propose_session", {
    kind: "joint", slots_1_date: first.date, slots_1_time: first.time, slots_2_date: second.date, slots_2_time: second.time, minutes: "90", place: PLACE,
  });
  for (const [side, person] of [["신청인", story.applicant], ["상대방", story.respondent]]) {
    const visitor = await guest(story, side);
    await follow(visitor, await post.next(person.email, "session.proposed", story.number));
    await visitor.sees("날짜");
    const choices = visitor.page.locator('main [name="ok"]');
    await choices.nth(1).check();
    visitor.taps += 1;
    await visitor.send();
    visitor.tapped(3, "from the link to a chosen slot");
    await visitor.sees("답을 받았습니다");
    await visitor.close();
  }
  await mediator.open(`/cases/${story.number}/meetings`);
  await mediator.step(story.number, "fix_session", { kind: "joint", starts_at_date: second.date, starts_at_time: second.time, minutes: "90", place: PLACE });
  for (const to of [story.applicant.email, story.respondent.email, story.mediator]) {
    const mail = await post.next(to, "session.fixed", story.number);
    const starts = new Date(`${second.date}T${second.time}:00+09:00`).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    for (const line of ["METHOD:REQUEST", `DTSTART:${starts}`, "SEQUENCE:0", `LOCATION:${PLACE}`]) {
      if (!mail.calendar.includes(line)) throw new Error(`the calendar of ${to} lacks ${line}:\n${mail.calendar}`);
    }
  }
  await mediator.close();
}

async function agrees(story) {
  const mediator = await staff(story, story.mediator);
  await mediator.step(story.number, "hold_session", { applicant: true, respondent: true, result: "소리가 나는 때를 함께 적어 봄" });
  await mediator.step(story.number, "draft", {
    kind: "full", terms_1_who: "상대방", terms_1_what: story.promise, terms_1_from: slot(6).date, terms_1_check: "한 달 뒤 서로 확인",
    terms_2_who: "신청인", terms_2_what: "소리가 나면 관리사무소에 먼저 알립니다",
  });
  await mediator.sees(story.promise);
  for (const [side, person] of [["신청인", story.applicant], ["상대방", story.respondent]]) {
    const visitor = await guest(story, side);
    await follow(visitor, await post.next(person.email, "agreement.drafted", story.number));
    await visitor.sees(story.promise, "민법상 화해계약");
    await visitor.fill({ name: "남의 이름", agree: true });
    await visitor.send(422);
    await visitor.fill({ name: person.name, agree: true });
    await visitor.send();
    await visitor.sees("서명하셨습니다");
    await visitor.close();
  }
  for (const person of [story.applicant, story.respondent]) {
    const visitor = await guest(story, "서명한 사람");
    await follow(visitor, await post.next(person.email, "agreement.signed", story.number));
    await visitor.sees(story.number);
    await visitor.close();
  }
  await mediator.open(`/cases/${story.number}`);
  await mediator.sees("종결");
  await mediator.step(story.number, "report", { summary: "두 사람이 서로의 하루를 듣고 약속을 정함", hours: "3.5" });
  await mediator.close();
}

async function tellsHowItGoes(story) {
  for (const [side, person, result] of [["신청인", story.applicant, story.kept], ["상대방", story.respondent, "kept"]]) {
    const visitor = await guest(story, side);
    await follow(visitor, await post.next(person.email, "follow_up.due", story.number));
    await visitor.sees(story.promise);
    await visitor.fill({ terms_1: result, terms_2: "kept", relation: result === "kept" ? "better" : "worse" });
    await visitor.send();
    await visitor.sees("답하셨습니다");
    await visitor.close();
  }
  if (story.kept === "kept") return;
  // The worse answer counts: the committee's desk is asked, by mail and on its list, whether the case is opened again.
  const desk = await staff(story, "secretary@demo.example");
  await post.next("secretary@demo.example", "agreement.news", story.number);
  await desk.open("/todo");
  await desk.sees("다시 열지 정하기");
  await desk.sees(story.number);
  await desk.step(story.number, "reopen", { reason: "broken" });
  await desk.sees("조정");
  await desk.close();
  await follow(await guest(story, "신청인"), await post.next(story.applicant.email, "case.reopened", story.number));
}

/** The ward's exact figures of 천연동, in a period that has all the story's days in it, as `{ measure: numerator }`. */
async function wardFigures() {
  const ward = await staff(STORIES[0], "ward@demo.example");
  const period = `?from=${slot(-30).date}&to=${slot(40).date}`;
  await ward.open(`/ward${period}`);
  const csv = await ward.page.evaluate((address) => fetch(address).then((answer) => answer.text()), `/ward/report.csv${period}`);
  await ward.close();
  const lines = csv.split(/\r?\n/).map((line) => line.split(",")).filter(([key]) => key === DONG);
  return Object.fromEntries(lines.map(([, measure, numerator]) => [measure, Number(numerator)]));
}

/** Both cases are counted: as received, one as settled and kept, one as settled, broken and opened again. */
function judgeFigures(before, after) {
  const wanted = {
    "ledger.received": 2, "ledger.reopened": 1, "ledger.closed": 2, "ledger.open_at_end": 1, superseded: 1,
    "outcomes.settled": 1, "fulfilment.kept": 1, "fulfilment.broken": 1,
  };
  for (const [measure, more] of Object.entries(wanted)) {
    const came = (after[measure] ?? 0) - (before[measure] ?? 0);
    if (came !== more) report("the ward's figures", [`${measure} grew by ${came}, not by ${more}`]);
  }
}

// --- No mail says more than a mail may ----------------------------------------------------------------------------------

function secrets() {
  const found = new Map();
  for (const story of STORIES) {
    for (const person of [story.applicant, story.respondent]) {
      const plain = person.phone.replaceAll("-", "");
      for (const word of [person.name, person.phone, plain, `${person.building}동`, `${person.unit}호`, `${person.building}-${person.unit}`, plain.replace(/^0/, "+82")]) {
        found.set(word, null);
      }
      found.set(person.email, person.email);
    }
    for (const word of [story.told, story.narrative, story.wish, story.mayTell, story.say, story.promise, story.code]) found.set(word, null);
  }
  return found;
}

function readMails() {
  for (const mail of post.mails) {
    const parts = [mail.raw, mail.subject, mail.text, mail.html, mail.calendar, ...mail.attachments.map((part) => part.content), mail.header("from")];
    for (const [word, mayRead] of secrets()) {
      if (mail.to.includes(mayRead)) continue;
      if (parts.some((part) => part.includes(word) || part.includes(Buffer.from(word).toString("latin1")))) {
        report(`mail ${mail.event} to ${mail.to}`, [`says "${word}"`]);
      }
    }
    const query = links(mail).filter((url) => url.includes("?"));
    if (query.length > 0) report(`mail ${mail.event}`, [`data in an address: ${query}`]);
  }
}

/** What people told stands in no address that anybody's browser asked for, and in nothing that the server wrote about itself. */
function readTraces() {
  const said = house.said();
  if (!said.includes("mail sent")) report("the server's own words", ["there are none to look at"]);
  const addresses = [...Visitor.visited].map((url) => `${url}\n${decodeURIComponent(url.replaceAll("+", " "))}`).join("\n");
  for (const word of secrets().keys()) {
    if (said.includes(word)) report("the server's own words", [`they say "${word}"`]);
    if (addresses.includes(word)) report("an address", [`it says "${word}"`]);
  }
}

function keepMails() {
  const folder = options[0] === "--mails" ? options[1] : null;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  post.mails.forEach((mail, n) => {
    const name = `${String(n).padStart(2, "0")}-${mail.event}-${mail.to[0].split("@")[0]}.eml`;
    writeFileSync(`${folder}/${name}`, Buffer.from(mail.raw, "latin1"));
  });
}

// --- Both stories, day by day -----------------------------------------------------------------------------------------

const started = performance.now();
let day = 0;
async function all(...chapters) {
  for (const story of STORIES) {
    for (const chapter of chapters) {
      await chapter(story);
      console.log(`day ${day}, ${story.title}: ${chapter.name} (${Math.round((performance.now() - started) / 1000)} s, ${pages} pages)`);
    }
  }
}
async function wakeOn(next) {
  day = next;
  sessions.clear();
  await house.serve(day);
}

try {
  await wakeOn(0);
  const before = await wardFigures();
  await all(files, looksInto, asks, answers, refers, accepts, meets);
  await wakeOn(5);
  await all(agrees);
  await wakeOn(20);
  await all(tellsHowItGoes);
  const after = await wardFigures();
  judgeFigures(before, after);
  readMails();
  await house.rest();
  readTraces();
} catch (error) {
  wrong += 1;
  console.log(error.message);
  const errors = house.errors();
  if (errors) console.log(errors.slice(-2000));
} finally {
  keepMails();
  await browser.close();
  await house.stop();
  await post.stop();
}
console.log(`${pages} pages, ${post.mails.length} mails, ${Math.round((performance.now() - started) / 1000)} s: ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
