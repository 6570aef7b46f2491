// One sample of a problem: verdicts, what is known of the test that it failed, its program.
import {counted, element} from "../elements.js";
import {visibleLine} from "../visible.js";
import {program} from "./program.js";

/** "fail: exception (ValueError), 12 passed, 0.031 s" */
function resultText(result) {
  if (result.verdict === "pass") return `pass, ${result.seconds.toFixed(3)} s`;
  const detail = result.detail ? ` (${visibleLine(result.detail)})` : "";
  const cause = result.cause && result.cause !== result.verdict ? `: ${visibleLine(result.cause)}` : "";
  return `${result.verdict}${cause}${detail}, ${result.seconds.toFixed(3)} s`;
}

/** The test that failed, in words and values; null where nothing is known of it. */
function failedTest(set, result, test) {
  if (result.verdict === "pass") return null;
  const facts = element("dl");
  const add = (name, text) => facts.append(element("dt", {}, name), element("dd", {}, element("pre", {}, text)));
  const input = test?.input ?? result.input;
  if (input) add("input", visibleLine(input));
  if (test?.expected) add("expected", visibleLine(test.expected));
  if (result.returned) add("returned", visibleLine(result.returned));
  if (result.detail) add("raised", visibleLine(result.detail));
  const which = result.first < 0 ? `Failed ${set} tests` : `Failed ${set} test ${result.first}, counted from 0`;
  const passed = result.passed > 0 ? `; ${counted(result.passed, "other")} passed` : "";
  return element("div", {className: "failed"}, element("p", {}, `${which}${passed}.`), facts);
}

function body(sample, problem, sets) {
  const parts = element("div", {className: "sample"});
  for (const set of sets) {
    const result = sample[set];
    const shown = result && failedTest(set, result, problem.tests?.[set]?.[result.first]);
    if (shown) parts.append(shown);
  }
  if (sample.attempts.length) parts.append(element("p", {}, `Tried something hostile: ${sample.attempts.map(visibleLine).join(", ")}.`));
  parts.append(element("p", {className: "faint"}, `Sample ${sample.ordinal} of the run, counted from 0.`));
  const text = sample.program;
  if (text === null) parts.append(element("p", {className: "faint"}, "Its program was left out of this page."));
  else parts.append(program(text.text, `program of sample ${sample.turn}`));
  if (text?.cut) parts.append(element("p", {className: "faint"}, `Cut: the program has ${text.cut} bytes.`));
  return parts;
}

/** Closed at first; what is in it is made when it is opened. */
export function sampleDetails(sample, problem, sets) {
  const words = sets.map((set) => (sample[set] ? `${set} ${resultText(sample[set])}` : `${set} without a verdict`));
  const right = sets.every((set) => sample[set]?.verdict === "pass");
  const mark = element("span", {className: right ? "mark better" : "mark worse"}, right ? "pass" : "fail");
  const summary = element("summary", {}, mark, ` sample ${sample.turn} of ${problem.all} `, element("span", {className: "faint"}, words.join("; ")));
  const details = element("details", {}, summary);
  details.addEventListener("toggle", () => details.append(body(sample, problem, sets)), {once: true});
  return details;
}
