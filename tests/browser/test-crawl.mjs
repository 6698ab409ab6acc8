// Visits every kind of page that each role of `ieum demo` can reach by following links, at both widths:
//   node test-crawl.mjs IEUM_BINARY [ROLE…]
// Fails on any finding of checks.mjs, on a page that is not 200, and when a role reaches fewer kinds of pages than expected.
import { readFileSync } from "node:fs";
import { WIDTHS, check, launch, listen, window } from "./checks.mjs";
import { signIn, startDemo } from "./demo.mjs";

const [binary, ...only] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node test-crawl.mjs IEUM_BINARY [ROLE…]");
  process.exit(2);
}
/** The fewest kinds of pages per role; raise it when pages are added. */
const EXPECTED = JSON.parse(readFileSync(new URL("./expected-pages.json", import.meta.url), "utf8"));
/** At most this many pages of one kind (`/cases/{n}`), and of one role. */
const PER_KIND = 2;
const PER_ROLE = 150;
/** A role's further pages of a kind that so many pages were looked at of, whoever looked, are only read for their links. */
const FAMILIAR = 5;
/** So many roles look at the same time, each in a window of its own. */
const AT_ONCE = 2;

/** `/cases/2026-0012?page=2` → `/cases/{n}?page`; links' secrets become `{token}`. */
function kind(url) {
  const path = url.pathname
    .split("/")
    .map((part) => (/\d/.test(part) && part.length > 20 ? "{token}" : part.replace(/\d[\d-]*/g, "{n}")))
    .join("/");
  const query = [...new Set(url.searchParams.keys())].sort().join("&");
  return query ? `${path}?${query}` : path;
}

/** A page; not a file that is only saved (evidence is an attachment), nor what ends the visit. */
function worthVisiting(url, origin) {
  return url.origin === origin && !/\.(csv|ics|eml|svg|pdf|json|txt|xml|hwpx|xlsx|png)$/.test(url.pathname) && !/logout|metrics|healthz|readyz|\/evidence\/\d+$/.test(url.pathname);
}

async function crawl(page, origin, starts, heard, report) {
  const seen = new Set();
  const kinds = new Map();
  const queue = starts.map((start) => new URL(start, origin));
  while (queue.length > 0 && seen.size < PER_ROLE) {
    const url = queue.shift();
    url.hash = "";
    const shape = kind(url);
    if (seen.has(url.href) || (kinds.get(shape) ?? 0) >= PER_KIND) continue;
    seen.add(url.href);
    await page.setViewportSize(WIDTHS[0]);
    const response = await page.goto(url.href);
    const type = response.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    kinds.set(shape, (kinds.get(shape) ?? 0) + 1);
    if (response.status() !== 200) report(url, 0, [`status ${response.status()}`]);
    // What another role was shown letter by letter, under the same title, needs no second look; the menus around it are the
    // same on all pages of a role, of which others are looked at.
    const content = await page.evaluate(() => [document.title, document.body.className, document.querySelector("main").innerHTML].join("\n"));
    const same = `${url.pathname}${url.search}\n${content}`;
    const familiar = kinds.get(shape) > 1 && (ofKind.get(shape) ?? 0) >= FAMILIAR;
    const again = response.status() === 200 && (looked.has(same) || familiar);
    looked.add(same);
    if (!again) ofKind.set(shape, (ofKind.get(shape) ?? 0) + 1);
    if (again) {
      skipped += 1;
      report(url, WIDTHS[0].width, heard());
    }
    for (const size of again ? [] : WIDTHS) {
      await page.setViewportSize(size);
      report(url, size.width, [...(await check(page)), ...heard()]);
    }
    const links = await page.$$eval("a[href]:not([download])", (all) => all.map((a) => a.href));
    for (const link of links) {
      if (!/^https?:/.test(link)) continue;
      const next = new URL(link);
      // The demonstration shows everybody's mails: what one person's mail leads to may be closed to whoever looks.
      if (/^\/demo\/mail\/\d/.test(url.pathname) && !next.pathname.startsWith("/r/")) continue;
      if (worthVisiting(next, origin)) queue.push(next);
    }
  }
  return kinds;
}

/** Visits what one role can reach, and says what was found there. */
async function lookAs(login) {
  const context = await window(browser, WIDTHS[0]);
  const page = await context.newPage();
  const heard = listen(page, (url) => new URL(url).origin === demo.origin);
  let starts = ["/", "/login"];
  if (login.email) {
    await signIn(page, demo.origin, login);
    starts = [page.url(), "/"];
  } else {
    // The pages behind mailed links and letters are found through the demo's own letter box.
    starts.push("/demo/mail");
  }
  const reported = new Map();
  const kinds = await crawl(page, demo.origin, starts, heard, (url, width, findings) => {
    visited += 1;
    for (const finding of findings) {
      wrong += 1;
      reported.set(finding, [...(reported.get(finding) ?? []), `${width} px ${url.pathname}${url.search}`]);
    }
  });
  console.log(`\n${login.role}: ${kinds.size} kinds of pages: ${[...kinds.keys()].join(" ")}`);
  for (const [finding, places] of reported) {
    console.log(`  ${finding}\n      ${places.length} × : ${places.slice(0, 3).join(", ")}`);
  }
  const expected = EXPECTED[who(login)] ?? 0;
  if (kinds.size < expected) {
    wrong += 1;
    console.log(`  reaches ${kinds.size} kinds of pages, expected at least ${expected}`);
  }
  await context.close();
}

/** A role, or an account of its own kind among those who have it: `council`. */
function who({ role, email = "" }) {
  const name = email.split("@")[0];
  return name in EXPECTED ? name : role;
}

const demo = await startDemo(binary);
const browser = await launch();
// Ended from outside, it takes its browser and its demo along.
process.once("SIGTERM", async () => {
  await browser.close();
  await demo.stop();
  process.exit(143);
});
let wrong = 0;
let visited = 0;
let skipped = 0;
const looked = new Set();
const ofKind = new Map();
try {
  console.log(`demo ready after ${Math.round(demo.readyAfter)} ms, logins: ${demo.logins.map((l) => l.role).join(" ")}`);
  const roles = [{ role: "anonymous" }, ...demo.logins].filter((login) => only.length === 0 || only.includes(who(login)));
  if (roles.length === 0) throw new Error(`the demo prints no login for ${only.join(" ")}`);
  for (const wanted of Object.keys(EXPECTED)) {
    if (only.length === 0 && !roles.some((login) => who(login) === wanted)) {
      console.log(`the demo prints no login for ${wanted}`);
      wrong += 1;
    }
  }
  const waiting = [...roles];
  const looksAsOne = async () => {
    while (waiting.length > 0) await lookAs(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, looksAsOne));
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`\n${visited} looks at pages (${skipped} pages were the same for another role, or familiar), ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
