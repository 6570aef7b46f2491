// Figures of 0 to 1 against a number, a line each, with intervals where there are some.
import {areaY, dot, lineY, tip, pointer} from "@observablehq/plot";
import {element} from "../elements.js";
import {visibleLine} from "../visible.js";
import {addChart} from "./chart.js";

const colours = ["base", "plus", "better", "worse"];

/** data: {x, y, lines: [{name, points: [{x, y, low, high}]}]}, y, low and high null where there is none */
export function view(host, data) {
  const lines = data.lines.map((line, index) => ({name: visibleLine(line.name), colour: colours[index % colours.length], points: line.points}));
  const points = lines.flatMap((line) => line.points.filter((point) => point.y !== null).map((point) => ({...point, ...line})));
  const xs = [...new Set(points.map((point) => point.x))];
  if (xs.length < 2) return; // one row: the table says it better
  const ink = (point) => `var(--${point.colour})`;
  const told = (point) => `${point.name}\n${data.x} ${point.x}: ${point.y.toFixed(3)}`;
  const banded = points.filter((point) => point.low !== null);
  addChart(host, `${data.y} against ${data.x}: ${lines.map((line) => line.name).join(", ")}`, (width) => ({
    height: Math.min(320, 140 + width / 4),
    marginTop: 32,
    marginRight: 24,
    marginBottom: 42,
    x: {ticks: xs, tickFormat: String, label: data.x, labelOffset: 38},
    y: {domain: [0, 1], label: data.y, grid: true, ticks: 5},
    marks: [
      areaY(banded, {x: "x", y1: "low", y2: "high", z: "name", fill: ink, fillOpacity: 0.12}),
      lineY(points, {x: "x", y: "y", z: "name", stroke: ink, strokeWidth: 2}),
      dot(points, {x: "x", y: "y", fill: ink, r: 3.5}),
      tip(points, pointer({x: "x", y: "y", title: told})),
    ],
  }));
  host.prepend(element("p", {className: "legend faint"}, ...lines.map((line) => element("span", {className: `key ${line.colour}`}, line.name))));
}
