// Controls above a table that leave out rows.
import {element} from "../elements.js";
import {panelOf} from "./rows.js";

function textBox(label, changed) {
  const input = element("input", {type: "search", name: "find", autocomplete: "off", spellcheck: false});
  input.addEventListener("input", changed);
  return {node: element("label", {}, `${label} `, input), value: () => input.value.trim().toLowerCase()};
}

function choice(label, options, changed) {
  const items = options.map((option, index) => element("option", {value: String(index)}, option.label));
  const select = element("select", {name: label}, ...items);
  select.addEventListener("change", changed);
  return {node: element("label", {}, `${label} `, select), chosen: () => options[Number(select.value)]};
}

/**
 * @param {object} table  of tableIn()
 * @param {object} how
 * @param {string} how.noun  what a row is: "problem"
 * @param {(record: number) => string} how.text  what the text box searches, in lower case
 * @param {{label: string, options: {label: string, keeps: (record: number) => boolean}[]}[]} how.choices
 */
export function addFilters({table, rows}, {noun, text, choices}) {
  const status = element("span", {className: "faint", role: "status"});
  const apply = () => {
    const wanted = box.value();
    let shown = 0;
    for (const row of rows) {
      const record = Number(row.dataset.row);
      const kept = selects.every((select) => select.chosen().keeps(record)) && text(record).includes(wanted);
      row.hidden = !kept;
      const panel = panelOf(row);
      if (panel) panel.hidden = !kept;
      shown += kept ? 1 : 0;
    }
    status.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} ${noun}s`;
  };
  const box = textBox(`Find ${noun}`, apply);
  const selects = choices.map(({label, options}) => choice(label, options, apply));
  const bar = element("div", {className: "filters", role: "search"}, box.node, ...selects.map((one) => one.node), status);
  table.closest(".table").before(bar);
}
