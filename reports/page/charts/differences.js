// Differences with their intervals against zero: what crosses the line may be nothing.
import {axisX, dot, link, ruleX, text} from "@observablehq/plot";
import {element} from "../elements.js";
import {visibleLine} from "../visible.js";
import {addChart, ink} from "./chart.js";

const signed = (points) => (points > 0 ? "+" : "") + points.toFixed(1);
const colours = {regressed: ink.worse, improved: ink.better};

/** data: [{label, verdict, difference, low, high, limit}] in points; limit: a drop that a gate allows, or null */
export function view(host, data) {
  const rows = data.map((row, index) => ({...row, index, label: visibleLine(row.label)}));
  const reach = 1.1 * Math.max(1, ...rows.flatMap((row) => [row.low, row.high, row.difference].map(Math.abs)));
  const limits = [...new Set(rows.map((row) => row.limit).filter((limit) => limit !== null && limit < reach))];
  const colour = (row) => colours[row.verdict] ?? ink.even;
  const spoken = rows.map((row) => `${row.label} ${signed(row.difference)} points, ${row.verdict}`).join("; ");
  if (limits.length) host.prepend(element("p", {className: "faint"}, "Dashed: the drop that the gate allows."));
  addChart(host, `difference with interval: ${spoken}`, () => ({
    height: 72 + rows.length * 52,
    marginTop: 4,
    marginLeft: 16,
    marginRight: 16,
    marginBottom: 44,
    x: {domain: [-reach, reach], grid: true},
    y: {axis: null, domain: rows.map((row) => row.index), padding: 0.6, type: "band"},
    marks: [
      axisX({label: "points, new − base", labelOffset: 40, tickFormat: (points) => signed(points).replace(".0", ""), ticks: 5}),
      ruleX([0], {strokeWidth: 1.5}),
      ruleX(limits.map((limit) => -limit), {stroke: ink.worse, strokeDasharray: "4 3"}),
      link(rows, {x1: "low", x2: "high", y: "index", stroke: colour, strokeWidth: 3, strokeLinecap: "round"}),
      dot(rows, {x: "difference", y: "index", r: 6, fill: colour}),
      text(rows, {
        frameAnchor: "left",
        y: "index",
        dy: -20,
        textAnchor: "start",
        stroke: "var(--paper)",
        strokeWidth: 4,
        fill: "currentColor",
        text: (row) => `${row.label}: ${signed(row.difference)} [${signed(row.low)}, ${signed(row.high)}], ${row.verdict}`,
      }),
    ],
  }));
}
