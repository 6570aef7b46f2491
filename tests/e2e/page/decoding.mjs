// The page of decode traces: node decoding.mjs PAGE. Its token texts try to be code.
import assert from "node:assert/strict";
import {assertQuiet, checkPages} from "./steps.mjs";

const [file] = process.argv.slice(2);
const replay = `document.querySelector("[data-view=replay]")`;
const told = `${replay}.querySelector(".controls span").textContent`;
const misleading = "/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]/";

await checkPages(async (browser, step) => {
  const page = await browser.open(file);

  await step("curves and heat map are drawn, without an error, and nothing in the texts ran", async () => {
    assertQuiet(page);
    const charts = await page.evaluate(`[...document.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-label"))`);
    assert.ok(charts.some((label) => /^AR-ness@k against k/.test(label)), charts.join());
    assert.ok(charts.some((label) => /^order of filling, 8 parts of the decoding by 16/.test(label)), charts.join());
    const cells = (label) => page.evaluate(`document.querySelectorAll("[data-view=fill-heat] svg[aria-label^='${label}'] g[aria-label=cell] rect").length`);
    assert.equal(await cells("order of filling"), 8 * 16);
    assert.equal(await cells("colours from 0 to"), 6);
    assert.match(await page.evaluate(`document.querySelector("svg[aria-label^='colours']").textContent`), /^.*0 %.*100 %/);
    assert.equal(await page.evaluate("window.hacked === undefined"), true);
    assert.equal(await page.evaluate(`document.querySelectorAll("img, iframe, script").length`), 2);
    assert.equal(await page.evaluate(`${misleading}.test(document.body.innerText)`), false);
  });

  await step("a replay ends filled, with every token's text", async () => {
    assert.equal(await page.evaluate(told), "step 8 of 8, 16 of 16 positions filled");
    assert.ok((await page.evaluate(`${replay}.querySelector("pre").textContent`)).includes("<script>"));
    assert.equal(await page.evaluate(`${replay}.querySelectorAll(".mask").length`), 0);
  });

  await step("keys and buttons move through the steps, to either end and no further", async () => {
    await page.evaluate(`${replay}.querySelector("pre").focus()`);
    await page.press("ArrowLeft");
    assert.equal(await page.evaluate(told), "step 7 of 8, 14 of 16 positions filled");
    assert.equal(await page.evaluate(`${replay}.querySelectorAll(".new").length`), 2);
    await page.press("Home");
    await page.press("ArrowLeft");
    assert.equal(await page.evaluate(told), "step 0 of 8, 0 of 16 positions filled");
    assert.equal(await page.evaluate(`${replay}.querySelector("pre").textContent`), "░".repeat(16));
    const press = (index) => page.evaluate(`${replay}.querySelectorAll("button.control")[${index}].click()`);
    await press(2);
    assert.equal(await page.evaluate(told), "step 1 of 8, 2 of 16 positions filled");
    await press(0);
    assert.equal(await page.evaluate(told), "step 0 of 8, 0 of 16 positions filled");
    await page.evaluate(`{const slider = ${replay}.querySelector("input"); slider.value = 5; slider.dispatchEvent(new Event("input"))}`);
    assert.equal(await page.evaluate(told), "step 5 of 8, 10 of 16 positions filled");
  });

  await step("it plays to the end when asked to, and stops when asked again", async () => {
    const press = () => page.evaluate(`${replay}.querySelectorAll("button.control")[1].click()`);
    await page.evaluate(`${replay}.querySelector("pre").focus()`);
    await page.press("Home");
    await press();
    assert.equal(await page.evaluate(`${replay}.querySelectorAll("button.control")[1].textContent`), "Pause");
    await page.evaluate(`new Promise((done) => {const look = () => ${told}.startsWith("step 2 ") ? done(1) : setTimeout(look, 5); look();})`);
    await press();
    const stopped = await page.evaluate(told);
    await page.evaluate("new Promise((done) => setTimeout(() => done(1), 700))");
    assert.equal(await page.evaluate(told), stopped);
    await press();
    await page.evaluate(`new Promise((done) => {const look = () => ${replay}.querySelectorAll("button.control")[1].textContent === "Play" ? done(1) : setTimeout(look, 5); look();})`);
    assert.equal(await page.evaluate(told), "step 8 of 8, 16 of 16 positions filled");
  });

  await step("who wants no motion is offered none", async () => {
    await page.send("Emulation.setEmulatedMedia", {features: [{name: "prefers-reduced-motion", value: "reduce"}]});
    await page.evaluate(`new Promise((done) => {const look = () => ${replay}.querySelectorAll("button.control")[1].hidden ? done(1) : setTimeout(look, 5); look();})`);
    await page.evaluate(`${replay}.querySelector("pre").focus()`);
    await page.press("ArrowLeft");
    assert.match(await page.evaluate(told), /^step 7 /);
  });

  await step("on a phone nothing is wider than the window", async () => {
    const phone = await browser.open(file, {width: 390, height: 800, dark: true});
    await phone.evaluate(`document.querySelectorAll("summary").forEach((summary) => summary.click())`);
    assert.ok((await phone.evaluate("document.documentElement.scrollWidth")) <= 390);
    assertQuiet(phone);
  });

  await step("without JavaScript the tables are there, and what was left out is said", async () => {
    const plain = await browser.open(file, {script: false});
    const {root} = await plain.send("DOM.getDocument", {depth: -1});
    const text = JSON.stringify(root);
    for (const words of ["local_run", "order of filling, in percent", "Shown are the first 2 of 3 samples"]) assert.ok(text.includes(words), words);
    assert.ok(!text.includes('"svg"'));
    assertQuiet(plain);
  });
  assertQuiet(page);
});
