// How long pages take to open: node open.mjs PAGE... prints the milliseconds of each, from asking for it to charts drawn.
import {assertQuiet, checkPages} from "./steps.mjs";

await checkPages(async (browser) => {
  for (const file of process.argv.slice(2)) {
    const page = await browser.open(file);
    assertQuiet(page);
    console.log(`open_ms ${Math.round(page.loadMilliseconds)}`);
  }
});
