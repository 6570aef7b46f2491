// How long samples ran: a bar a range of CPU time, on a logarithmic scale.
import {rectY, ruleY, text} from "@observablehq/plot";
import {addChart} from "./chart.js";

function seconds(value) {
  return value < 1 ? `${+(1000 * value).toPrecision(2)} ms` : `${+value.toPrecision(2)} s`;
}

/** data: [{from, to, count}] in seconds */
export function view(host, data) {
  if (data.length === 0) return;
  const told = (bin) => `${seconds(bin.from)} to ${seconds(bin.to)}: ${bin.count}`;
  addChart(host, "samples by CPU time", (width) => ({
    height: 200,
    marginTop: 28,
    marginBottom: 42,
    x: {type: "log", labelOffset: 38, label: "CPU time of a sample, all its tests", ticks: width < 480 ? 3 : 6, tickFormat: seconds},
    y: {label: "samples", grid: true, ticks: 4, tickFormat: "~d"},
    marks: [
      rectY(data, {x1: "from", x2: "to", y: "count", fill: "var(--base)", inset: 0.5, title: told}),
      text(data, {x: (bin) => Math.sqrt(bin.from * bin.to), y: "count", text: (bin) => String(bin.count), dy: -7}),
      ruleY([0]),
    ],
  }));
}
