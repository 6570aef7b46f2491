// When which part of a text was filled: parts of the text from left to right, parts of the decoding from top to bottom.
import {cell, frame} from "@observablehq/plot";
import {addChart} from "../charts/chart.js";

const left = 48;
const largest = 480; // of a side, in pixels
const shades = 6; // in the scale

/** What the colours stand for: the least share, the largest, and between them. */
function addScale(host, most, opacity) {
  const scale = Array.from({length: shades}, (_, index) => ({index, share: (most * index) / (shades - 1)}));
  addChart(host, `colours from 0 to ${(100 * most).toFixed(0)} %`, (width) => {
    const side = Math.min(width - left, largest / 2);
    return {
      height: 52,
      marginLeft: left,
      marginRight: width - left - side,
      marginTop: 0,
      marginBottom: 36,
      padding: 0,
      x: {domain: scale.map((one) => one.index), label: "share of the column", tickFormat: (index) => `${(100 * scale[index].share).toFixed(0)} %`, tickSize: 0},
      marks: [cell(scale, {x: "index", fill: "var(--base)", fillOpacity: opacity}), frame({stroke: "var(--line)"})],
    };
  });
}

/** data: {rows, columns, shares}, shares row by row, null where there is none */
export function view(host, data) {
  const cells = data.shares.flatMap((share, index) => share === null ? [] : [{share, row: Math.floor(index / data.columns), column: index % data.columns}]);
  const most = Math.max(...cells.map((one) => one.share));
  const range = (count) => Array.from({length: count}, (_, index) => index);
  const named = (count) => (index) => index === 0 ? "first" : index === count - 1 ? "last" : "";
  // The root, as most shares are small where the order is loose, and still tell where it goes.
  const opacity = (one) => Math.sqrt(one.share / most);
  const told = (one) => `part ${one.column + 1} of ${data.columns} of the text, ${one.row + 1} of ${data.rows} of the decoding: ${(100 * one.share).toFixed(1)} %`;
  addScale(host, most, opacity);
  addChart(host, `order of filling, ${data.rows} parts of the decoding by ${data.columns} parts of the text`, (width) => {
    const side = Math.min(width - left, largest);
    return {
      height: 48 + (side * data.rows) / Math.max(data.columns, data.rows),
      marginLeft: left,
      marginRight: width - left - side,
      padding: 0,
      x: {domain: range(data.columns), label: "position in the text", tickFormat: named(data.columns), tickSize: 0},
      y: {domain: range(data.rows), label: "step", tickFormat: named(data.rows), tickSize: 0},
      marks: [cell(cells, {x: "column", y: "row", fill: "var(--base)", fillOpacity: opacity, title: told}), frame({stroke: "var(--line)"})],
    };
  });
}
