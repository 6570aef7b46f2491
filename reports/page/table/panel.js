// Rows that open: a button in the first cell shows a row beneath with all that is known of it, made when first opened.
import {element} from "../elements.js";
import {panelOf} from "./rows.js";

/** @param {(record: number) => Node} make  what is shown of a record */
export function addPanels({rows}, make) {
  for (const row of rows) {
    const cell = row.cells[0];
    const button = element("button", {type: "button", className: "open", "aria-expanded": "false"}, ...cell.childNodes);
    button.addEventListener("click", () => toggle(row, button, make));
    cell.replaceChildren(button);
  }
}

function toggle(row, button, make) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) {
    panelOf(row).remove();
    return;
  }
  const cell = element("td", {colSpan: row.cells.length}, element("div", {className: "details"}, make(Number(row.dataset.row))));
  row.after(element("tr", {className: "panel"}, cell));
}
