// What a view of a table knows of it: its rows, each with the number of the record that it shows.

/** @returns {{table, body, rows: HTMLTableRowElement[]}} rows in the order of the page; row.dataset.row is the number */
export function tableIn(host) {
  const table = host.querySelector("table");
  const body = table.tBodies[0];
  return {table, body, rows: [...body.rows]};
}

/** Puts rows in an order. What was opened under a row (panel.js) goes with it. */
export function arrange(body, rows) {
  const ordered = document.createDocumentFragment();
  for (const row of rows) {
    const panel = panelOf(row);
    ordered.append(row);
    if (panel) ordered.append(panel);
  }
  body.append(ordered);
}

/** The row under `row` that shows more of it, or null. */
export function panelOf(row) {
  const next = row.nextElementSibling;
  return next?.classList.contains("panel") ? next : null;
}
