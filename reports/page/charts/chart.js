// The frame of every chart: made anew when its width changes, and named for those who cannot see it. What it shows
// stands in a table beside it.
import {plot} from "@observablehq/plot";
import {element} from "../elements.js";

/** Colours by meaning; page.css gives them their values, light and dark. */
export const ink = {base: "var(--base)", plus: "var(--plus)", worse: "var(--worse)", better: "var(--better)", even: "var(--faint)"};

/** The sets of tests in rows that have one, in their order. */
export function setsOf(rows) {
  return ["base", "plus"].filter((set) => rows.some((row) => row.set === set));
}

/** Puts a chart before what `host` holds. `options(width)` are Plot's; `label` tells what there is to see. */
export function addChart(host, label, options) {
  const place = element("div", {className: "chart"});
  host.prepend(place);
  let drawn = 0;
  const draw = () => {
    const width = Math.floor(place.clientWidth);
    if (width === 0 || width === drawn) return;
    drawn = width;
    const svg = plot({width, className: "plot", ariaLabel: label, ...options(width)});
    svg.setAttribute("role", "img");
    // Plot's own rules come as a style element, which the page's policy forbids; page.css has their like.
    for (const style of svg.querySelectorAll("style")) style.remove();
    place.replaceChildren(svg);
  };
  new ResizeObserver(draw).observe(place);
  draw();
}

/** Which colour is which set of tests; nothing where there is but one. */
export function addLegend(host, sets) {
  if (sets.length < 2) return;
  const keys = sets.map((set) => element("span", {className: `key ${set}`}, set));
  host.prepend(element("p", {className: "legend faint"}, ...keys));
}
