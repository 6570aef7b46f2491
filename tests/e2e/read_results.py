"""Reads a results file as EvalPlus's own tools do, and prints an entry a line: task, number, statuses, and the failed
tests' digests, between tabs."""

import hashlib
import json
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
KEYS = ["task_id", "solution", "base_status", "plus_status", "base_fail_tests", "plus_fail_tests"]


def digest(tests):
    return f"{len(tests)}:{hashlib.sha1(repr(tests).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
assert {"date", "hash", "eval", "pass_at_k"} <= set(results), sorted(results)
for task, samples in results["eval"].items():
    for number, sample in enumerate(samples):
        assert list(sample) == KEYS and sample["task_id"] == task, (task, list(sample))
        print(task, number, sample["base_status"], sample["plus_status"] or "", digest(sample["base_fail_tests"]),
              digest(sample["plus_fail_tests"]), sep="\t")
