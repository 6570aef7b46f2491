// The table of problems: filtered, sorted, and each opens to its prompt and samples.
import {counted, element} from "../elements.js";
import {addFilters} from "../table/filter.js";
import {addPanels} from "../table/panel.js";
import {tableIn} from "../table/rows.js";
import {addSorting} from "../table/sort.js";
import {visibleLine} from "../visible.js";
import {program} from "./program.js";
import {samplesOf} from "./records.js";
import {sampleDetails} from "./sample.js";

function panel(problem, data) {
  const parts = element("div");
  if (problem.prompt) parts.append(element("h4", {}, "Prompt"), program(problem.prompt, "prompt"));
  const samples = samplesOf(problem, data.words);
  parts.append(element("h4", {}, counted(problem.all, "sample")));
  for (const sample of samples) parts.append(sampleDetails(sample, problem, data.sets));
  const more = problem.all - samples.length;
  if (more > 0) parts.append(element("p", {className: "faint"}, `${counted(more, "sample")} more: left out of this page.`));
  return parts;
}

function solved(data) {
  const test = (keeps) => (record) => keeps(data.problems[record].correct, data.problems[record].judged);
  return {
    label: "Solved",
    options: [
      {label: "or not", keeps: () => true},
      {label: "by all samples", keeps: test((correct, judged) => judged > 0 && correct === judged)},
      {label: "by some", keeps: test((correct, judged) => correct > 0 && correct < judged)},
      {label: "by none", keeps: test((correct) => correct === 0)},
    ],
  };
}

function failedFor(data) {
  const causes = [...new Set(data.problems.flatMap((problem) => problem.causes))].sort();
  const options = causes.map((cause) => ({
    label: visibleLine(data.words[cause]),
    keeps: (record) => data.problems[record].causes.includes(cause),
  }));
  options.sort((a, b) => a.label.localeCompare(b.label));
  return {label: "Failed for", options: [{label: "any cause or none", keeps: () => true}, ...options]};
}

/**
 * data: {sets, words, problems: [{id, all, judged, correct, causes, prompt, tests, programs, samples}]}, where tests is
 * {set: {index: {input, expected}}}; records.js tells what programs and samples are
 */
export function view(host, data) {
  const table = tableIn(host);
  addSorting(table);
  addPanels(table, (record) => panel(data.problems[record], data));
  const ids = data.problems.map((problem) => problem.id.toLowerCase());
  addFilters(table, {noun: "problem", text: (record) => ids[record], choices: [solved(data), failedFor(data)]});
}
