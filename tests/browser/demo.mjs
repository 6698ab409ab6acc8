// Starts `ieum demo` for a browser test and reads what it prints: the address and one login per role.
import { spawn } from "node:child_process";
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

/**
 * Resolves when the demo answers: `{ origin, logins: [{ role, email, password }], readyAfter (ms), stop() }`.
 * The process lives in a folder of its own, which `stop` removes.
 */
export async function startDemo(binary) {
  const folder = mkdtempSync(join(tmpdir(), "ieum-browser-"));
  const port = await freePort();
  const started = performance.now();
  const child = spawn(binary, ["demo", "--listen", `127.0.0.1:${port}`, "--dir", folder], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (piece) => (out += piece));
  child.stderr.on("data", (piece) => (err += piece));
  const ended = new Promise((done) => child.on("exit", done));
  const origin = `http://127.0.0.1:${port}`;
  let readyAfter = null;
  for (let tries = 0; tries < 600 && readyAfter === null; tries++) {
    if (child.exitCode !== null) throw new Error(`demo ended with ${child.exitCode}\n${err}`);
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    if (answer?.ok) readyAfter = performance.now() - started;
    else await new Promise((done) => setTimeout(done, 50));
  }
  if (readyAfter === null) throw new Error(`demo did not get ready\n${err}`);
  const password = out.match(/비밀번호[^:\n]*: (.+)$/m)?.[1];
  const logins = [...out.matchAll(/^([^\t\n]+)\t(\S+@\S+)\t(.+)$/gm)].map(([, role, email]) => ({ role, email, password }));
  return {
    origin,
    logins,
    readyAfter,
    errors: () => err,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
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
