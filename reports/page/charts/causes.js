// How many samples failed for what cause, a bar a set of tests.
import {barX, ruleX, text} from "@observablehq/plot";
import {counted} from "../elements.js";
import {visibleLine} from "../visible.js";
import {addChart, addLegend, ink, setsOf} from "./chart.js";

const longest = 18;

function short(cause) {
  const shown = visibleLine(cause);
  return shown.length > longest ? shown.slice(0, longest - 1) + "…" : shown;
}

/** data: [{set, cause, count}], most frequent first */
export function view(host, data) {
  if (data.length === 0) return;
  const causes = [...new Set(data.map((row) => row.cause))];
  const sets = setsOf(data);
  const most = Math.max(...data.map((row) => row.count));
  addChart(host, `samples that failed, by cause: ${counted(causes.length, "cause")}`, () => ({
    height: 48 + causes.length * (sets.length * 16 + 10),
    marginTop: 4,
    marginLeft: 128,
    marginBottom: 42,
    marginRight: 48,
    x: {domain: [0, most], label: "samples", labelOffset: 38, grid: true, ticks: 4, tickFormat: "~d"},
    y: {axis: null, domain: sets},
    fy: {domain: causes, label: null, tickFormat: short, padding: 0.2},
    marks: [
      barX(data, {x: "count", y: "set", fy: "cause", fill: (row) => ink[row.set]}),
      text(data, {x: "count", y: "set", fy: "cause", text: (row) => String(row.count), dx: 4, textAnchor: "start"}),
      ruleX([0]),
    ],
  }));
  addLegend(host, sets);
}
