// One person in front of one browser window. Every page they come to is looked at (checks.mjs).
import { check, listen, window } from "./checks.mjs";

export class Visitor {
  /** Every address that any of them asked for. */
  static visited = new Set();

  /** `size` is the window's, `js` whether scripts run, `report(page, findings)` hears what is wrong. */
  static async of(browser, origin, name, { size, js, report }) {
    const context = await window(browser, size, { javaScriptEnabled: js });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const visitor = new Visitor();
    Object.assign(visitor, { context, page, origin, name, report, pages: 0, taps: 0 });
    // Where people went, by whatever they pressed: the test may ask what stood in the addresses.
    page.on("request", (request) => Visitor.visited.add(request.url()));
    visitor.heard = listen(page, (url) => new URL(url).origin === origin);
    if (!js) visitor.mirror = await mirrorOf(browser, size);
    return visitor;
  }

  /** Opens an own path or a link from a mail; the page must answer with `status`. */
  async open(address, status = 200) {
    const response = await this.page.goto(new URL(address, this.origin).href);
    await this.arrived(response, status);
  }

  async arrived(response, status) {
    if (response && response.status() !== status) {
      throw new Error(`${this.name}: ${this.page.url()} answered ${response.status()}, not ${status}: ${(await this.text()).slice(0, 400)}`);
    }
    this.pages += 1;
    const found = this.mirror ? await this.mirror.check(this.page) : await check(this.page);
    this.report(`${this.name}, ${new URL(this.page.url()).pathname}`, [...found, ...this.heard()]);
  }

  /** Presses a button or a link that leads to another page. */
  async press(target, status = 200) {
    const what = typeof target === "string" ? this.page.locator(`main :is(button, a):has-text("${target}")`).first() : target;
    this.taps += 1;
    const [response] = await Promise.all([this.page.waitForNavigation(), what.click()]);
    await this.arrived(response, status);
  }

  /** Sends the form that has this field or goes to this action. */
  async send(status = 200) {
    await this.press(this.page.locator("main form button.primary[type=submit]").first(), status);
  }

  /** Fills in fields by their names: text, a choice, a list of choices, or a tick. */
  async fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.page.locator(`main [name="${name}"]`);
      const kind = await field.first().evaluate((element) => (element.localName === "input" ? element.type : element.localName));
      if (kind === "radio" || kind === "checkbox") {
        for (const one of [value].flat()) {
          const choice = one === true ? field.first() : this.page.locator(`main [name="${name}"][value="${one}"]`);
          await choice.check();
          this.taps += 1;
        }
      } else if (kind === "select") {
        await field.selectOption(value);
        this.taps += 1;
      } else {
        await field.fill(value);
      }
    }
  }

  /** How often they had to tap since they held the mail in their hands. */
  tapped(most, what) {
    if (this.taps > most) throw new Error(`${this.name}: ${what} took ${this.taps} taps, not at most ${most}`);
  }

  text() {
    return this.page.innerText("main");
  }

  /** The page must say this. */
  async sees(...words) {
    const text = await this.text();
    for (const word of words) {
      if (!text.includes(word)) throw new Error(`${this.name}: ${this.page.url()} does not say "${word}":\n${text.slice(0, 1500)}`);
    }
  }

  /** The page must not say this. */
  async seesNothingOf(...words) {
    const html = await this.page.content();
    for (const word of words) {
      if (html.includes(word)) throw new Error(`${this.name}: ${this.page.url()} says "${word}"`);
    }
  }

  /** Signs in; one who is signed in already only has that session ended. */
  async signIn(email, password) {
    await this.open("/login");
    await this.page.fill("input[type=email]", email);
    await this.page.fill("input[type=password]", password);
    await this.send();
    if (new URL(this.page.url()).pathname === "/login") throw new Error(`${email} cannot sign in: ${await this.text()}`);
  }

  /** Takes a step of a case from the case's own page, by the link that is offered there. */
  async step(number, step, values = {}, ready = () => {}) {
    const path = `/cases/${number}`;
    if (new URL(this.page.url()).pathname !== path) await this.open(path);
    const form = `${path}/steps/${step}`;
    const link = this.page.locator(`main a[href="${form}"], main a[href^="${form}?"]`).first();
    // What is not near to the next step lies folded under its heading.
    if (!(await link.isVisible())) await link.locator("xpath=ancestor::details[1]/summary").click();
    await this.press(link);
    await this.fill(values);
    await ready();
    await this.send();
    // What goes to another body is shown before it is sent.
    if (await this.page.locator('input[name="packet"]').count()) await this.send();
    if (new URL(this.page.url()).pathname.includes("/steps/")) throw new Error(`${this.name}: ${step} was refused: ${(await this.text()).slice(0, 800)}`);
  }

  async close() {
    await this.mirror?.close();
    await this.context.close();
  }
}

/** axe needs scripts: what a browser without them shows is shown again, still without ours, to one that runs axe's. */
async function mirrorOf(browser, size) {
  const context = await window(browser, size);
  const page = await context.newPage();
  let html = "";
  await page.route("**/*", (route) => {
    if (route.request().isNavigationRequest()) return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
    return route.request().resourceType() === "script" ? route.abort() : route.continue();
  });
  return {
    async check(shown) {
      html = await shown.content();
      await page.goto(shown.url());
      return check(page);
    },
    close: () => context.close(),
  };
}
