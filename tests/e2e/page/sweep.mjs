// The page of a sweep: node sweep.mjs PAGE.
import assert from "node:assert/strict";
import {assertQuiet, checkPages} from "./steps.mjs";

const [file] = process.argv.slice(2);

await checkPages(async (browser, step) => {
  const page = await browser.open(file);

  await step("pass@k, diversity and AR-ness are drawn against the temperature, without an error", async () => {
    assertQuiet(page);
    const charts = await page.evaluate(`[...document.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-label"))`);
    assert.deepEqual(charts, [
      "pass@k against temperature: pass@1, pass@2, pass@4",
      "diversity against temperature: distinct, differ",
      "AR-ness against temperature: local@1, local_run@1, global@1",
    ]);
    assert.ok(await page.evaluate(`[...document.querySelectorAll("svg")].every((svg) => svg.querySelectorAll("circle").length >= 6)`));
  });

  await step("names that try to be code are read, not run", async () => {
    assert.equal(await page.evaluate("window.hacked === undefined"), true);
    assert.ok((await page.evaluate("document.body.innerText")).includes("<script>"));
  });

  await step("on a phone nothing is wider than the window", async () => {
    const phone = await browser.open(file, {width: 390, height: 800, dark: true});
    assert.ok((await phone.evaluate("document.documentElement.scrollWidth")) <= 390);
    assertQuiet(phone);
  });

  await step("without JavaScript every figure is in a table", async () => {
    const plain = await browser.open(file, {script: false});
    const {root} = await plain.send("DOM.getDocument", {depth: -1});
    const text = JSON.stringify(root);
    for (const words of ["pass@4", "distinct", "global@1", "0.750"]) assert.ok(text.includes(words), words);
    assertQuiet(plain);
  });
});
