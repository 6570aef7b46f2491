// Brings a page to life: every element with data-view is a place where the view of that name works on data of the page.
//
// To add a view: write a module that exports `function view(host, data)`, add it to views.js under a name, and have
// the C++ that writes the page call HtmlPage::add_view(name, json, markup) (reports/output/html_page.h). `host` holds
// that markup, which must say everything by itself where no script runs; `data` is the parsed JSON. A view may add to
// its host, never take text from it away. All texts in the data are hostile: nodes are made by elements.js, which knows
// text alone, and no view writes markup, a style attribute or a style element; the page's policy forbids the last two.
import {element} from "./elements.js";
import {views} from "./views.js";

const data = JSON.parse(document.getElementById("data").textContent);

for (const host of document.querySelectorAll("[data-view]")) {
  try {
    views[host.dataset.view](host, data[Number(host.dataset.from)]);
  } catch (error) {
    // The markup is still there, and so are the other views.
    console.error(`${host.dataset.view}: ${error.message}`);
    host.append(element("p", {className: "faint"}, "This part could not be drawn; the table has its figures."));
  }
}
