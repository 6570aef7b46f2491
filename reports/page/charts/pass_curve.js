// pass@k over k, with the intervals as bands.
import {areaY, dot, lineY, link, tip, pointer} from "@observablehq/plot";
import {addChart, addLegend, ink, setsOf} from "./chart.js";

const percent = (value) => `${(100 * value).toFixed(1)} %`;

function told(point) {
  const interval = point.low === null ? "" : ` [${(100 * point.low).toFixed(1)}, ${(100 * point.high).toFixed(1)}]`;
  return `${point.set} pass@${point.k}\n${percent(point.value)}${interval}`;
}

/** data: [{set, k, value, low, high}], low and high null where there is no interval */
export function view(host, data) {
  const ks = [...new Set(data.map((point) => point.k))];
  const sets = setsOf(data);
  if (ks.length < 2) return; // one figure a set: the table says it better
  const banded = data.filter((point) => point.low !== null);
  const colour = (point) => ink[point.set];
  addChart(host, `pass@k of ${sets.join(" and ")} tests for k from ${Math.min(...ks)} to ${Math.max(...ks)}`, (width) => ({
    height: Math.min(320, 140 + width / 4),
    marginTop: 28,
    marginLeft: 52,
    marginRight: 24,
    marginBottom: 42,
    x: {type: Math.max(...ks) >= 10 ? "log" : "linear", ticks: ks, tickFormat: (k) => String(k), label: "k", labelOffset: 38},
    y: {domain: [0, 1], tickFormat: (value) => `${Math.round(100 * value)} %`, label: "pass@k", grid: true, ticks: 5},
    marks: [
      areaY(banded, {x: "k", y1: "low", y2: "high", z: "set", fill: colour, fillOpacity: 0.15}),
      link(banded, {x: "k", y1: "low", y2: "high", stroke: colour, strokeOpacity: 0.5}),
      lineY(data, {x: "k", y: "value", z: "set", stroke: colour, strokeWidth: 2}),
      dot(data, {x: "k", y: "value", fill: colour, r: 3.5}),
      tip(data, pointer({x: "k", y: "value", title: told})),
    ],
  }));
  addLegend(host, sets);
}
