// Problems and samples as the views want them, out of the compact lists that the page carries.

const verdicts = ["pass", "fail", "timeout"];

/** A result is [verdict, cause, detail, passed, first failed test, CPU seconds, failing input, what was returned]; words
 * by their number. */
function result(row, words) {
  if (row === null) return null;
  const [verdict, cause, detail, passed, first, seconds, input, returned] = row;
  return {verdict: verdicts[verdict], cause: words[cause], detail: words[detail], passed, first, seconds, input, returned};
}

/** A program is its text, or [text, bytes] where it was cut. */
function programOf(entry) {
  if (entry === undefined) return null;
  return typeof entry === "string" ? {text: entry, cut: 0} : {text: entry[0], cut: entry[1]};
}

/** A sample is [ordinal, program, base, plus, attempts]: the program by its number in the problem's list, -1 for none.
 * `turn` counts the problem's samples from 1; `ordinal` those of the whole run, from 0. */
export function samplesOf(problem, words) {
  return problem.samples.map(([ordinal, number, base, plus, attempts], index) => ({
    turn: index + 1,
    ordinal,
    program: programOf(problem.programs[number]),
    base: result(base, words),
    plus: result(plus, words),
    attempts: attempts ?? [],
  }));
}
