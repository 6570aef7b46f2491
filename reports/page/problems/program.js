// A program with its words coloured. The parser reads anything, so a program that is none is shown too.
import {classHighlighter, highlightCode} from "@lezer/highlight";
import {parser} from "@lezer/python";
import {element} from "../elements.js";
import {visibleLines} from "../visible.js";

/** @param {string} text  @param {string} label  for those who hear the page */
export function program(text, label) {
  const shown = visibleLines(text);
  const code = element("code");
  const put = (part, classes) => code.append(classes ? element("span", {className: classes}, part) : part);
  highlightCode(shown, parser.parse(shown), classHighlighter, put, () => code.append("\n"));
  return element("pre", {className: "program", tabIndex: 0, role: "region", "aria-label": label}, code);
}
