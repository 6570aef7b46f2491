// Headers that sort. A cell is compared by its data-key, a number, or else by its text.
import {element} from "../elements.js";
import {arrange} from "./rows.js";

const byText = new Intl.Collator("en", {numeric: true});

function keyOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.key === undefined ? cell.textContent : Number(cell.dataset.key);
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : byText.compare(a, b);
}

/** Makes a button of each header. Rows that are equal keep the order of the page. */
export function addSorting({table, body, rows}) {
  const headers = [...table.tHead.rows[0].cells];
  const sortBy = (column) => {
    const descending = headers[column].getAttribute("aria-sort") === "ascending";
    headers.forEach((header) => header.removeAttribute("aria-sort"));
    headers[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => [row, keyOf(row, column)]));
    arrange(body, [...rows].sort((a, b) => (descending ? -1 : 1) * compare(keys.get(a), keys.get(b))));
  };
  headers.forEach((header, column) => {
    const button = element("button", {type: "button", className: "sort"}, header.textContent);
    button.addEventListener("click", () => sortBy(column));
    header.replaceChildren(button);
  });
}
