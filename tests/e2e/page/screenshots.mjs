// Photographs pages: node screenshots.mjs REPORT COMPARE FOLDER. Each at desktop and phone width, light and dark, with
// something opened, as a reader has it before them.
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {Browser} from "./browser.mjs";

const [report, compare, folder] = process.argv.slice(2);
const settle = "new Promise((done) => setTimeout(() => done(1), 300))";
const sizes = {desktop: {width: 1100, height: 900}, phone: {width: 390, height: 844}};

/** Opens the first problem that failed, and in it the first sample that did; scrolls there. */
const openFailed = `{
  const row = [...document.querySelectorAll("[data-view=problems] tr[data-row]")].find((one) => one.cells[2].textContent.includes("wrong_answer"));
  row.querySelector("button.open").click();
  [...document.querySelectorAll("summary")].find((one) => one.textContent.startsWith("fail")).click();
  row.scrollIntoView();
}`;
const openFlip = `{
  const row = document.querySelector("[data-view=flips] tr[data-row]");
  row.querySelector("button.open").click();
  document.querySelector(".filters").scrollIntoView();
}`;
const pictures = [
  {name: "report", file: report, act: ""},
  {name: "report-problem", file: report, act: openFailed},
  {name: "compare", file: compare, act: ""},
  {name: "compare-problem", file: compare, act: openFlip},
];

const browser = await Browser.start(process.env.CHROMIUM ?? "chromium");
for (const {name, file, act} of pictures)
  for (const [size, viewport] of Object.entries(sizes))
    for (const dark of [false, true]) {
      const page = await browser.open(file, {...viewport, dark});
      if (act) await page.evaluate(act);
      await page.evaluate(settle);
      writeFileSync(join(folder, `${name}-${size}-${dark ? "dark" : "light"}.png`), await page.picture());
    }
await browser.close();
