// The page of a report: node report.mjs PAGE, as tests/e2e/page_test.cpp makes it.
import assert from "node:assert/strict";
import {assertQuiet, checkPages} from "./steps.mjs";

const [file] = process.argv.slice(2);
const ids = `[...document.querySelectorAll("[data-view=problems] tr[data-row]")].filter((row) => !row.hidden).map((row) => row.cells[0].textContent)`;
const focused = "document.activeElement.textContent";

await checkPages(async (browser, step) => {
  const page = await browser.open(file);
  const all = await page.evaluate(ids);

  await step("the page opens without an error of console or policy, and asks for nothing", async () => {
    assert.ok(all.length > 10);
    assertQuiet(page);
  });

  await step("every chart is drawn, with a name, and no style of its own", async () => {
    const charts = await page.evaluate(`[...document.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-label"))`);
    assert.ok(charts.length >= 2, charts.join());
    assert.ok(charts.every((label) => label.length > 10));
    assert.equal(await page.evaluate(`document.querySelectorAll("body style, [style*=expression]").length`), 0);
    assert.equal(await page.evaluate(`getComputedStyle(document.querySelector("svg.plot")).display`), "block");
  });

  await step("a header sorts, says so, and sorts the other way when asked again", async () => {
    const correct = `[...document.querySelectorAll("[data-view=problems] tr[data-row]")].map((row) => Number(row.cells[1].dataset.key))`;
    const press = `document.querySelectorAll("[data-view=problems] button.sort")[1].click()`;
    await page.evaluate(press);
    const rising = await page.evaluate(correct);
    assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
    assert.equal(await page.evaluate(`document.querySelectorAll("[data-view=problems] th")[1].getAttribute("aria-sort")`), "ascending");
    await page.evaluate(press);
    assert.deepEqual(await page.evaluate(correct), rising.reverse());
    assert.ok(rising[0] > rising.at(-1));
    await page.evaluate(`document.querySelector("[data-view=problems] button.sort").click()`);
    assert.deepEqual(await page.evaluate(ids), all);
  });

  await step("text and choices leave out rows, and the page says how many are left", async () => {
    await page.evaluate(`document.querySelector("[data-view=problems] input").focus()`);
    await page.press(all[0].slice(-3));
    const found = await page.evaluate(ids);
    assert.ok(found.includes(all[0]) && found.length < all.length);
    assert.equal(await page.evaluate(`document.querySelector("[role=status]").textContent`), `${found.length} of ${all.length} problems`);
    await page.evaluate(`{const box = document.querySelector("[data-view=problems] input"); box.value = ""; box.dispatchEvent(new Event("input"))}`);
    const choose = (list, index) => `{const select = document.querySelectorAll("[data-view=problems] select")[${list}]; select.selectedIndex = ${index}; select.dispatchEvent(new Event("change"))}`;
    let sum = 0;
    for (const [index, fits] of [[1, (share) => share === 1], [2, (share) => share > 0 && share < 1], [3, (share) => share === 0]]) {
      await page.evaluate(choose(0, index));
      const shares = await page.evaluate(`[...document.querySelectorAll("[data-view=problems] tr[data-row]:not([hidden])")].map((row) => Number(row.cells[1].dataset.key))`);
      assert.ok(shares.length > 0 && shares.every(fits), `option ${index}`);
      sum += shares.length;
    }
    assert.equal(sum, all.length);
    await page.evaluate(choose(0, 0));
    await page.evaluate(choose(1, 1));
    const cause = await page.evaluate(`document.querySelectorAll("[data-view=problems] select")[1].selectedOptions[0].text`);
    const causes = await page.evaluate(`[...document.querySelectorAll("[data-view=problems] tr[data-row]:not([hidden])")].map((row) => row.cells[2].textContent)`);
    assert.ok(causes.length > 0 && causes.length < all.length && causes.every((text) => text.includes(cause)), cause);
    await page.evaluate(choose(1, 0));
    assert.deepEqual(await page.evaluate(ids), all);
  });

  await step("from the keyboard alone a problem opens, its sample too, and shows a program in colours", async () => {
    await page.evaluate(`document.querySelector("[data-view=problems] .table").focus()`);
    while ((await page.evaluate(focused)) !== all[0]) await page.press("Tab");
    await page.press("Enter");
    assert.equal(await page.evaluate(`document.activeElement.getAttribute("aria-expanded")`), "true");
    do await page.press("Tab");
    while ((await page.evaluate("document.activeElement.tagName")) !== "SUMMARY");
    await page.press("Enter");
    await page.evaluate("new Promise((done) => setTimeout(() => done(1), 50))"); // `toggle` comes after the key
    const program = await page.evaluate(`document.querySelector(".sample pre.program").textContent`);
    assert.match(program, /def /);
    const told = await page.evaluate(`document.querySelector(".sample").textContent`);
    assert.match(await page.evaluate(`document.querySelector("summary").textContent`), /sample 1 of 4/);
    const second = `document.querySelectorAll("[data-view=problems] button.open")[1]`;
    await page.evaluate(`${second}.click()`);
    const numbers = `[...${second}.closest("tr").nextElementSibling.querySelectorAll("summary")].map((one) => one.textContent.match(/sample (.* of \\d+)/)[1])`;
    assert.deepEqual(await page.evaluate(numbers), ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]);
    await page.evaluate(`${second}.click()`);
    assert.match(told, /Failed base test 3, counted from 0; 2 others passed/);
    assert.match(told, /inputsolve\(\[3, 1\]\)expected\[1, 3\]raisedValueError/);
    assert.match(await page.evaluate(`document.querySelector(".details").textContent`), /Prompt[^]*Sort the numbers/);
    assert.ok((await page.evaluate(`document.querySelectorAll(".sample .tok-keyword").length`)) > 0);
    await page.evaluate(`document.querySelector("button.open").focus()`);
    await page.press("Space");
    assert.equal(await page.evaluate(`document.querySelectorAll("tr.panel").length`), 0);
  });

  await step("dark and on a phone, nothing is wider than the window, opened or not", async () => {
    const phone = await browser.open(file, {width: 390, height: 800, dark: true});
    await phone.evaluate(`document.querySelectorAll("button.open").forEach((button) => button.click())`);
    await phone.evaluate(`document.querySelectorAll("summary").forEach((summary) => summary.click())`);
    await phone.evaluate("new Promise((done) => setTimeout(() => done(1), 50))");
    assert.ok((await phone.evaluate("document.documentElement.scrollWidth")) <= 390);
    const edges = await phone.evaluate(`[...document.querySelectorAll(".details")].map((one) => one.getBoundingClientRect().right)`);
    assert.equal(edges.length, all.length);
    assert.ok(edges.every((edge) => edge <= 390), Math.max(...edges).toString());
    assert.equal(await phone.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(20, 23, 26)");
    assertQuiet(phone);
  });

  await step("without JavaScript the tables are there, with every problem", async () => {
    const plain = await browser.open(file, {script: false});
    const {root} = await plain.send("DOM.getDocument", {depth: -1});
    const text = JSON.stringify(root);
    assert.ok(text.includes("pass@1"));
    for (const id of all) assert.ok(text.includes(JSON.stringify(id).slice(1, -1)), id);
    assert.ok(!text.includes('"svg"'));
    assertQuiet(plain);
  });
  assertQuiet(page);
});
