// Pages whose texts try to be code: node hostile.mjs PAGE... Whatever can be opened is opened; nothing of it runs.
import assert from "node:assert/strict";
import {assertQuiet, checkPages} from "./steps.mjs";

const files = process.argv.slice(2);
const misleading = "/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]/";

await checkPages(async (browser, step) => {
  for (const file of files) {
    const page = await browser.open(file);
    await step(`${file}: everything opens, and nothing in it ran`, async () => {
      assert.ok((await page.evaluate(`document.querySelectorAll("button.open").length`)) > 0);
      await page.evaluate(`document.querySelectorAll("button.open").forEach((button) => button.click())`);
      await page.evaluate(`document.querySelectorAll("summary").forEach((summary) => summary.click())`);
      await page.evaluate("new Promise((done) => setTimeout(() => done(1), 100))");
      assert.ok((await page.evaluate(`document.querySelectorAll("pre.program").length`)) > 0);
      assert.equal(await page.evaluate("window.hacked === undefined"), true);
      assertQuiet(page);
    });
    await step(`${file}: no element came out of a text`, async () => {
      assert.equal(await page.evaluate(`document.querySelectorAll("script").length`), 2);
      assert.equal(await page.evaluate(`document.querySelectorAll("img, iframe, object, embed, form, base, link, a").length`), 0);
      const handlers = `[...document.querySelectorAll("*")].filter((node) => [...node.attributes].some((one) => one.name.startsWith("on"))).length`;
      assert.equal(await page.evaluate(handlers), 0);
    });
    await step(`${file}: the texts are there to be read, and none turns the direction of others`, async () => {
      const text = await page.evaluate("document.body.innerText");
      assert.ok(text.includes("<script>"));
      assert.ok(text.includes("\\u202e"));
      assert.equal(await page.evaluate(`${misleading}.test(document.body.innerText)`), false);
      const labels = `[...document.querySelectorAll("[aria-label]")].map((node) => node.getAttribute("aria-label")).join("")`;
      assert.equal(await page.evaluate(`${misleading}.test(${labels})`), false);
    });
    await step(`${file}: a script, a handler and a style that get in all the same are refused by the policy`, async () => {
      await page.evaluate(`{
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
        const image = document.createElement("div");
        image.setAttribute("onclick", "window.hacked = 2");
        document.body.append(image);
        image.click();
      }`);
      assert.equal(await page.evaluate("window.hacked === undefined"), true);
      assert.ok(page.faults.some((fault) => fault.includes("Content Security Policy")), page.faults.join("\n"));
    });
  }
});
