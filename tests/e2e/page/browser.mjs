// A headless Chromium as tests and scripts/screenshots drive it: over its pipe for debugging (descriptors 3 and 4, a zero
// byte behind each message), so nothing but node is needed.
import {spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

export class Browser {
  #process;
  #folder;
  #waiting = new Map();
  #listeners = new Set();
  #last = 0;

  /** @param {string} executable  "chromium" */
  static async start(executable) {
    const browser = new Browser();
    browser.#folder = mkdtempSync(join(tmpdir(), "assay-browser-"));
    browser.#process = spawn(
      executable,
      ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--disable-background-networking", `--user-data-dir=${browser.#folder}`],
      {stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], env: {...process.env, HOME: browser.#folder}},
    );
    browser.#process.on("exit", () => browser.#fail(new Error(`${executable} ended`)));
    browser.#process.on("error", (error) => browser.#fail(error));
    browser.#process.stdio[3].on("error", () => {});
    browser.#listen(browser.#process.stdio[4]);
    return browser;
  }

  #listen(stream) {
    let parts = [];
    stream.on("data", (bytes) => {
      for (let end; (end = bytes.indexOf(0)) >= 0; bytes = bytes.subarray(end + 1)) {
        parts.push(bytes.subarray(0, end));
        this.#take(JSON.parse(Buffer.concat(parts).toString("utf8")));
        parts = [];
      }
      parts.push(bytes);
    });
  }

  #take(message) {
    const waiting = this.#waiting.get(message.id);
    if (waiting) {
      this.#waiting.delete(message.id);
      if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.result);
      return;
    }
    for (const listener of this.#listeners) listener(message);
  }

  #fail(error) {
    for (const {reject} of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#process.stdio[3].write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, {resolve, reject}));
  }

  listen(listener) {
    this.#listeners.add(listener);
  }

  /**
   * Opens a file in a tab of its own.
   * @param {object} how  {width, height, dark, script}: script false turns JavaScript off
   */
  async open(file, {width = 1200, height = 900, dark = false, script = true} = {}) {
    const {targetId} = await this.send("Target.createTarget", {url: "about:blank"});
    const {sessionId} = await this.send("Target.attachToTarget", {targetId, flatten: true});
    const page = new Page(this, sessionId);
    await page.prepare({width, height, dark, script});
    await page.load(pathToFileURL(file).href, script);
    return page;
  }

  async close() {
    const ended = new Promise((resolve) => this.#process.on("exit", resolve));
    await this.send("Browser.close").catch(() => this.#process.kill("SIGKILL"));
    await ended;
    rmSync(this.#folder, {recursive: true, force: true, maxRetries: 5});
  }
}

/** A tab. */
class Page {
  /** Everything that went wrong: errors of the console and the log, exceptions, breaches of the policy, dialogs. */
  faults = [];
  /** Addresses asked for, the page's own left out. */
  requests = [];
  loadMilliseconds = 0;

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    browser.listen((message) => message.sessionId === session && this.#take(message));
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  #take({method, params}) {
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type))
      this.faults.push(`console: ${params.args.map((one) => one.value ?? one.description).join(" ")}`);
    if (method === "Runtime.exceptionThrown")
      this.faults.push(`exception: ${params.exceptionDetails.exception?.description ?? params.exceptionDetails.text}`);
    if (method === "Log.entryAdded") this.faults.push(`log: ${params.entry.text}`);
    if (method === "Audits.issueAdded") this.faults.push(`issue: ${JSON.stringify(params.issue)}`);
    if (method === "Page.javascriptDialogOpening") {
      this.faults.push(`dialog: ${params.message}`);
      this.send("Page.handleJavaScriptDialog", {accept: false}).catch(() => {});
    }
    if (method === "Network.requestWillBeSent" && params.request.url !== this.address) this.requests.push(params.request.url);
    if (method === "Page.loadEventFired") this.loaded?.();
  }

  async prepare({width, height, dark, script}) {
    for (const domain of ["Page", "Runtime", "Log", "Network", "Audits"]) await this.send(`${domain}.enable`);
    await this.send("Emulation.setDeviceMetricsOverride", {width, height, deviceScaleFactor: 1, mobile: width < 600});
    await this.send("Emulation.setEmulatedMedia", {
      features: [{name: "prefers-color-scheme", value: dark ? "dark" : "light"}],
    });
    if (!script) await this.send("Emulation.setScriptExecutionDisabled", {value: true});
  }

  async load(address, script) {
    this.address = address;
    const loaded = new Promise((resolve) => (this.loaded = resolve));
    const start = performance.now();
    await this.send("Page.navigate", {url: address});
    await loaded;
    // A frame later the charts are drawn too. Without JavaScript nothing would ever come to tell of one.
    if (script) await this.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(1))))");
    this.loadMilliseconds = performance.now() - start;
  }

  /** The value of an expression, or of the promise that it is. */
  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Presses keys one after the other: "Tab", "Enter", "Space", "Home", "End", the arrows, or text to type. */
  async press(...keys) {
    const codes = {Tab: 9, Enter: 13, Space: 32, End: 35, Home: 36, ArrowLeft: 37, ArrowRight: 39, ArrowDown: 40};
    for (const key of keys) {
      if (!(key in codes)) {
        await this.send("Input.insertText", {text: key});
        continue;
      }
      const text = {Enter: "\r", Space: " "}[key];
      const event = {key: key === "Space" ? " " : key, code: key, windowsVirtualKeyCode: codes[key]};
      await this.send("Input.dispatchKeyEvent", {...event, type: text ? "keyDown" : "rawKeyDown", text});
      await this.send("Input.dispatchKeyEvent", {...event, type: "keyUp"});
    }
  }

  /** A picture of the window as PNG. */
  async picture() {
    const {data} = await this.send("Page.captureScreenshot", {format: "png"});
    return Buffer.from(data, "base64");
  }
}
