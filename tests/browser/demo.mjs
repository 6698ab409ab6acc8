// Starts `ieum demo` for a browser test and reads what it prints: the address and one login per role; or turns such an
// installation into a real one, `ieum serve` with a mail server, on any day.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Starts a command and waits until it is ready to work: `{ readyAfter (ms), out(), err(), stop() }`. */
async function start(command, words, origin, env = process.env) {
  const started = performance.now();
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], env });
  let out = "";
  let err = "";
  child.stdout.on("data", (piece) => (out += piece));
  child.stderr.on("data", (piece) => (err += piece));
  const ended = new Promise((done) => child.on("close", done));
  child.on("error", (error) => (err += error.message));
  let readyAfter = null;
  for (let tries = 0; tries < 600 && readyAfter === null; tries++) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}\n${err}`);
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    if (answer?.ok) readyAfter = performance.now() - started;
    else await new Promise((done) => setTimeout(done, 50));
  }
  if (readyAfter === null) throw new Error(`${command} did not get ready\n${err}`);
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { readyAfter, out: () => out, err: () => err, stop };
}

/**
 * An installation with the demonstration's people and cases that is run as a real one: `ieum serve`, mail by SMTP to
 * `smtpPort`. `serve(days)` starts it as many days from now (again); `stop` ends it and removes its folder. The days
 * pass by Debian's `faketime`, which shows a process another clock: Ieum itself has no way to be told the time.
 */
export async function settle(binary, smtpPort) {
  const seed = await startDemo(binary, false);
  await seed.stop();
  const env = {
    ...process.env,
    IEUM__DATA__DIR: seed.folder,
    IEUM__SERVER__BASE_URL: seed.origin,
    IEUM__MAIL__TRANSPORT: "smtp",
    IEUM__MAIL__HOST: "127.0.0.1",
    IEUM__MAIL__PORT: String(smtpPort),
    IEUM__MAIL__SECURITY: "none",
    IEUM__MAIL__POLL_SECONDS: "1",
    // The story reads a step's mail at once; what can be taken back has tests of its own.
    IEUM__MAIL__UNDO_MINUTES: "0",
    IEUM__SITE__PHONE: "02-000-3000",
    IEUM__LOG__LEVEL: "info",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  // The command itself stays between us and the server when it is to be stopped; the library that it loads does not.
  const clock = spawnSync("faketime", ["-f", "+1d", "printenv", "LD_PRELOAD"], { encoding: "utf8" }).stdout?.trim();
  if (!clock) throw new Error("faketime is missing: apt-get install faketime");
  let house = null;
  let said = "";
  const rest = async () => {
    await house?.stop();
    said += house ? house.out() + house.err() : "";
    house = null;
  };
  return {
    origin: seed.origin,
    logins: seed.logins,
    errors: () => house?.err() ?? "",
    /** Everything that the servers so far wrote to standard output and standard error; of one that runs nothing yet. */
    said: () => said,
    rest,
    async serve(days = 0) {
      await rest();
      const moved = days === 0 ? {} : { LD_PRELOAD: clock, FAKETIME: `+${days}d` };
      house = await start(binary, ["serve", "--listen", new URL(seed.origin).host], seed.origin, { ...env, ...moved });
    },
    async stop() {
      await rest();
      rmSync(seed.folder, { recursive: true, force: true });
    },
  };
}

/**
 * Resolves when the demo answers: `{ origin, logins: [{ role, email, password }], readyAfter (ms), stop() }`.
 * The process lives in a folder of its own, which `stop` removes unless it is to be kept.
 */
export async function startDemo(binary, passing = true) {
  const folder = mkdtempSync(join(tmpdir(), "ieum-browser-"));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const demo = await start(binary, ["demo", "--listen", new URL(origin).host, "--dir", folder], origin);
  const out = demo.out();
  const password = out.match(/비밀번호[^:\n]*: (.+)$/m)?.[1];
  const logins = [...out.matchAll(/^([^\t\n]+)\t(\S+@\S+)\t(.+)$/gm)].map(([, role, email]) => ({ role, email, password }));
  return {
    origin,
    logins,
    folder,
    readyAfter: demo.readyAfter,
    errors: demo.err,
    async stop() {
      await demo.stop();
      if (passing) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Signs in through the login page, as a person does. */
export async function signIn(page, origin, { email, password }) {
  await page.goto(`${origin}/login`);
  await page.fill("input[type=email]", email);
  await page.fill("input[type=password]", password);
  await Promise.all([page.waitForNavigation(), page.click("form:has(input[type=password]) button[type=submit]")]);
  if (new URL(page.url()).pathname === "/login") {
    throw new Error(`login of ${email} failed: ${(await page.innerText("main")).slice(0, 300)}`);
  }
}
