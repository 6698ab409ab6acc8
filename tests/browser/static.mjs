// Checks HTML files as they lie on disk: node static.mjs [--shots DIR] FILE.html…
import { mkdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WIDTHS, check, launch, listen, window } from "./checks.mjs";

const words = process.argv.slice(2);
const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : null;
if (words.length === 0) {
  console.error("usage: node static.mjs [--shots DIR] FILE.html…");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });
const browser = await launch();
let wrong = 0;
for (const size of WIDTHS) {
  const context = await window(browser, size);
  const page = await context.newPage();
  const heard = listen(page, (url) => url.startsWith("file://"));
  for (const file of words) {
    await page.goto(pathToFileURL(resolve(file)).href);
    const findings = [...(await check(page)), ...heard()];
    wrong += findings.length;
    console.log(`${size.width} px  ${file}: ${findings.length === 0 ? "ok" : ""}`);
    for (const finding of findings) console.log(`    ${finding}`);
    if (shots) await page.screenshot({ path: `${shots}/${basename(file, ".html")}-${size.width}.png`, fullPage: true });
  }
  await context.close();
}
await browser.close();
console.log(`${words.length} files at ${WIDTHS.length} widths: ${wrong} findings`);
process.exit(wrong === 0 ? 0 : 1);
