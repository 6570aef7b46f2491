// What the checks of pages share: a browser, steps with names, and an end that tells what went wrong.
import assert from "node:assert/strict";
import {Browser} from "./browser.mjs";

/**
 * Runs `check(browser, step)` with CHROMIUM (or "chromium") and ends the process: 0 where every step held. A step's name
 * is the sentence that it proves.
 */
export async function checkPages(check) {
  const browser = await Browser.start(process.env.CHROMIUM ?? "chromium");
  let current = "start";
  const step = async (name, proof) => {
    current = name;
    await proof();
    console.log(`ok: ${name}`);
  };
  let code = 0;
  try {
    await check(browser, step);
  } catch (error) {
    code = 1;
    console.log(`FAILED: ${current}: ${error.stack}`);
  }
  await browser.close();
  process.exitCode = code;
}

/** That nothing was reported, asked for or run that is not the page's own. */
export function assertQuiet(page) {
  assert.deepEqual(page.faults, []);
  assert.deepEqual(page.requests, []);
}
