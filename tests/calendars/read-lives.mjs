// Reads the calendar mails of many meetings' lives as a mail client keeps a calendar, with two parsers of npm's, and compares with
// what stands in the case. What the lines hold and the rules: ../python/read_lives.py.
//
//     node tests/calendars/read-lives.mjs LIVES.jsonl
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import PostalMime from "postal-mime";

const named = (uid) => `${String(uid).split("@")[0]}@`;
const seconds = (date) => Math.round(date.getTime() / 1000);

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  const times = [event.startDate, event.endDate].map((time) => seconds(time.toJSDate()));
  return { method: calendar.getFirstPropertyValue("method"), uid: named(event.uid), sequence: event.sequence, times };
}

function byNodeIcal(text) {
  const read = nodeIcal.sync.parseICS(text);
  const [event] = Object.values(read).filter((part) => part.type === "VEVENT");
  const method = event.method ?? read.vcalendar.method;
  return { method, uid: named(event.uid), sequence: Number(event.sequence), times: [event.start, event.end].map(seconds) };
}

function* states(mails) {
  const entries = new Map();
  const last = new Map();
  yield {};
  for (const { method, uid, sequence, times } of mails) {
    if (sequence >= (last.get(uid) ?? 0)) {
      last.set(uid, sequence);
      if (method === "REQUEST") entries.set(uid, times);
      else entries.delete(uid);
    }
    yield Object.fromEntries(entries);
  }
}

const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

const parsers = { "ical.js": byIcalJs, "node-ical": byNodeIcal };
const count = { cases: 0, mails: 0, meetings: 0, looks: 0 };
const differ = { "ical.js": 0, "node-ical": 0 };
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  count.cases += 1;
  const uids = new Set();
  for (const [address, { mails, seen }] of Object.entries(JSON.parse(line))) {
    const texts = [];
    for (const part of mails) {
      const mail = await PostalMime.parse(`MIME-Version: 1.0\r\n${part}`);
      const file = mail.attachments[0];
      texts.push(typeof file.content === "string" ? file.content : new TextDecoder().decode(file.content));
    }
    count.mails += texts.length;
    for (const [name, parser] of Object.entries(parsers)) {
      const read = texts.map(parser);
      for (const { uid } of read) uids.add(uid);
      const along = [...states(read)];
      for (const { after, stands, past } of seen) {
        if (name === "ical.js") count.looks += 1;
        const found = Object.fromEntries(Object.entries(along[after]).filter(([uid]) => !past.includes(uid)));
        const should = Object.fromEntries(stands.map(([uid, ...times]) => [uid, times]));
        if (!same(found, should)) {
          differ[name] += 1;
          console.log(`${name}, ${address}, mail ${after}: has ${JSON.stringify(found)}, should have ${JSON.stringify(should)}`);
        }
      }
    }
  }
  count.meetings += uids.size;
}
for (const name of Object.keys(parsers)) {
  console.log(`${name}: ${count.cases} cases, ${count.meetings} meetings, ${count.mails} mails, ${count.looks} looks, ${differ[name]} differ`);
}
process.exit(count.meetings && !differ["ical.js"] && !differ["node-ical"] ? 0 : 1);
