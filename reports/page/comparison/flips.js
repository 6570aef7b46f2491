// The table of problems whose score changed: filtered, sorted, and each opens to a program of either run.
import {element} from "../elements.js";
import {program} from "../problems/program.js";
import {addFilters} from "../table/filter.js";
import {addPanels} from "../table/panel.js";
import {tableIn} from "../table/rows.js";
import {addSorting} from "../table/sort.js";

function side(name, shown) {
  const heading = element("h4", {}, name);
  if (!shown) return element("section", {}, heading, element("p", {className: "faint"}, "No program of it is in this page."));
  const verdict = shown.correct ? "passes" : "fails";
  const note = `sample ${shown.ordinal}, which ${verdict}${shown.cut ? `; cut: it has ${shown.cut} bytes` : ""}`;
  return element("section", {}, heading, element("p", {className: "faint"}, note), program(shown.text, `program of ${name}`));
}

/** data: [{id, change: "broken" | "fixed", base, new}], each side {ordinal, correct, text, cut} or null */
export function view(host, data) {
  const table = tableIn(host);
  addSorting(table);
  addPanels(table, (record) => element("div", {className: "sides"}, side("base", data[record].base), side("new", data[record].new)));
  const ids = data.map((flip) => flip.id.toLowerCase());
  const changed = (change) => ({label: `${change} alone`, keeps: (record) => data[record].change === change});
  addFilters(table, {
    noun: "problem",
    text: (record) => ids[record],
    choices: [{label: "Show", options: [{label: "broken and fixed", keeps: () => true}, changed("broken"), changed("fixed")]}],
  });
}
