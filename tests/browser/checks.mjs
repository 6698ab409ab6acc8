// What is asked of every page at every width. Each finding is one line of text; no finding means the page is fine.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const WIDTHS = [{ width: 360, height: 780 }, { width: 1280, height: 900 }];

/** Starts the system's Chromium. `CHROMIUM` names another one. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=ko-KR"],
  });
}

/** A browser window of its own (own cookies), in Korean and Korea's time. */
export function window(browser, size, options = {}) {
  return browser.newContext({ viewport: size, locale: "ko-KR", timezoneId: "Asia/Seoul", ...options });
}

/**
 * Collects what goes wrong on a page by itself: console errors, thrown errors, failed parts, requests to elsewhere.
 * `ours(url)` says whether an address belongs to the site. Returns a function that hands out and forgets the findings.
 */
export function listen(page, ours) {
  let found = [];
  page.on("console", (message) => {
    // Chromium logs the page's own 4xx as an error; the crawler judges the status itself.
    const status = /Failed to load resource.*status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !(status && message.location().url === page.url())) {
      found.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => found.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:") && !url.startsWith("blob:") && !ours(url)) found.push(`leaves the origin: ${url}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!request.isNavigationRequest() && why !== "net::ERR_ABORTED") found.push(`not loaded: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (!response.request().isNavigationRequest() && response.status() >= 400) {
      found.push(`not loaded: ${response.url()} ${response.status()}`);
    }
  });
  return () => { const all = found; found = []; return all; };
}

/** The findings on the page as it stands: axe, horizontal overflow, small targets, inline code and styles. */
export async function check(page) {
  const findings = await page.evaluate(layout);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }).then((r) => r.violations),
    RULES,
  );
  for (const violation of violations) {
    for (const node of violation.nodes) {
      const why = node.failureSummary.split("\n").slice(1).join(" ").trim();
      findings.push(`axe ${violation.id}: ${node.target.join(" ")} — ${why}`);
    }
  }
  return findings;
}

/** Runs inside the page. */
function layout() {
  const found = [];
  const name = (element) => {
    const label = (element.innerText || element.value || element.name || "").trim().slice(0, 24);
    const id = element.id ? `#${element.id}` : "";
    const kind = element.className && typeof element.className === "string" ? `.${element.className.split(" ")[0]}` : "";
    return `<${element.localName}${id}${kind}> "${label}"`;
  };
  const root = document.documentElement;
  const width = root.clientWidth;
  if (root.scrollWidth > width) {
    found.push(`overflow: the page is ${root.scrollWidth - width} px wider than the window`);
    const scrolls = (element) => {
      for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
        if (getComputedStyle(e).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 0.5 && !scrolls(e));
    for (const element of wide.slice(0, 5)) {
      found.push(`overflow: ${name(element)} ends at ${Math.round(element.getBoundingClientRect().right)} of ${width}`);
    }
  }
  for (const element of document.querySelectorAll("[style]")) found.push(`style attribute: ${name(element)}`);
  for (const element of document.querySelectorAll("style, script:not([src])")) {
    if (element.type !== "application/json") found.push(`inline ${element.localName}`);
  }

  const shown = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: false })) return false;
    const box = element.getBoundingClientRect();
    // Skip links and the like wait outside the window or clipped until they are focused.
    const clipped = getComputedStyle(element).clipPath !== "none" || (box.width <= 1 && box.height <= 1);
    return box.width > 0 && !clipped && box.right > 0 && box.bottom > 0;
  };
  const inSentence = (link) => {
    if (link.localName !== "a" || getComputedStyle(link).display !== "inline") return false;
    let block = link.parentElement;
    while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
    if (!block) return false;
    const words = block.cloneNode(true);
    for (const other of words.querySelectorAll("a, button")) other.remove();
    return words.textContent.trim().length > 1;
  };
  // A label may be pressed beyond its box (a pseudo-element over the whole row): ask what a finger would hit.
  const reaches = (parts) => {
    parts[0].scrollIntoView({ block: "center", behavior: "instant" });
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const x = (Math.min(...boxes.map((b) => b.left)) + Math.max(...boxes.map((b) => b.right))) / 2;
    const y = (Math.min(...boxes.map((b) => b.top)) + Math.max(...boxes.map((b) => b.bottom))) / 2;
    return [[0, -21.5], [0, 21.5], [-21.5, 0], [21.5, 0]].every(([dx, dy]) => {
      const hit = document.elementFromPoint(x + dx, y + dy);
      return parts.some((part) => part === hit || part.contains(hit));
    });
  };
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex='0']";
  for (const element of document.querySelectorAll(targets)) {
    if (element.disabled || inSentence(element)) continue;
    if (element.matches("[tabindex='0']") && !element.matches("a, button, input, select, textarea, summary, [role=button]")) continue;
    // A checkbox or radio is hit by its label too; a hidden native control is hit by its label only.
    const parts = [element, ...(element.matches("[type=checkbox], [type=radio], [type=file]") ? element.labels ?? [] : [])].filter(shown);
    if (parts.length === 0) continue;
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const wide = Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left));
    const high = Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top));
    if ((wide < 43.5 || high < 43.5) && !reaches(parts)) found.push(`target ${Math.round(wide)}×${Math.round(high)}: ${name(element)}`);
  }
  return found;
}
