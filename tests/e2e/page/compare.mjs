// The page of a comparison: node compare.mjs PAGE. Some problems broke, some were fixed.
import assert from "node:assert/strict";
import {assertQuiet, checkPages} from "./steps.mjs";

const [file] = process.argv.slice(2);
const cells = (column) => `[...document.querySelectorAll("[data-view=flips] tr[data-row]")].filter((row) => !row.hidden).map((row) => row.cells[${column}].textContent)`;

await checkPages(async (browser, step) => {
  const page = await browser.open(file);

  await step("the page opens without an error, with the difference beside zero", async () => {
    assertQuiet(page);
    const label = await page.evaluate(`document.querySelector("[data-view=differences] svg").getAttribute("aria-label")`);
    assert.match(label, /pass@1 [-+]\d+\.\d points, (regressed|improved|unchanged|inconclusive)/);
  });

  await step("broken and fixed problems are told apart", async () => {
    const choose = (index) => `{const select = document.querySelector("[data-view=flips] select"); select.selectedIndex = ${index}; select.dispatchEvent(new Event("change"))}`;
    const all = await page.evaluate(cells(1));
    for (const [index, change] of [[1, "broken"], [2, "fixed"]]) {
      await page.evaluate(choose(index));
      const shown = await page.evaluate(cells(1));
      assert.ok(shown.length > 0);
      assert.deepEqual(shown, all.filter((one) => one === change));
    }
    await page.evaluate(choose(0));
  });

  await step("problems are sorted by their number, not their letters", async () => {
    await page.evaluate(`document.querySelector("[data-view=flips] button.sort").click()`);
    const numbers = (await page.evaluate(cells(0))).map((id) => Number(/\d+$/.exec(id)?.[0]));
    const sorted = numbers.filter((number) => !Number.isNaN(number));
    assert.ok(sorted.length > 2);
    assert.deepEqual(sorted, [...sorted].sort((a, b) => a - b));
  });

  await step("a problem opens to a program of either run, side by side", async () => {
    await page.evaluate(`document.querySelector("[data-view=flips] button.open").click()`);
    const sides = await page.evaluate(`[...document.querySelectorAll(".sides section")].map((side) => [side.getBoundingClientRect().top, side.querySelector("pre.program").textContent])`);
    assert.equal(sides.length, 2);
    assert.equal(sides[0][0], sides[1][0]);
    assert.ok(sides.every(([, program]) => program.includes("def ")));
  });

  await step("on a phone one is below the other, and nothing is wider than the window", async () => {
    const phone = await browser.open(file, {width: 390, height: 800});
    await phone.evaluate(`document.querySelectorAll("button.open").forEach((button) => button.click())`);
    const tops = await phone.evaluate(`[...document.querySelectorAll(".sides section")].slice(0, 2).map((side) => side.getBoundingClientRect().top)`);
    assert.ok(tops[0] < tops[1]);
    assert.ok((await phone.evaluate("document.documentElement.scrollWidth")) <= 390);
    assertQuiet(phone);
  });
  assertQuiet(page);
});
