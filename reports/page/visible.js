// Text that a model chose, made fit to be read: what would hide, or turn the direction of what follows, stands as an
// escape. The same characters as in reports/output/printable.cpp, and lone surrogates.

const control = "\\u0000-\\u001f\\u007f-\\u009f";
const misleading = "\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff";
const inLine = new RegExp(`[${control}${misleading}]|\\p{Surrogate}`, "gu");
const inLines = new RegExp(`(?![\\n\\t])[${control}${misleading}]|\\p{Surrogate}`, "gu");

function escaped(character) {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}

/** One line: a line feed is an escape too. */
export function visibleLine(text) {
  return text.replace(inLine, (character) => (character === "\n" ? "\\n" : escaped(character)));
}

/** Several lines: line feeds and tabs stay. */
export function visibleLines(text) {
  return text.replace(inLines, escaped);
}
