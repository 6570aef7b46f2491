"""What data sets hold and models answer. The last class is judged by a live service, as in test_client.py."""

import asyncio
import json
import math
import unittest
from typing import Any

import servers
from servers import GOOD, TESTS

from assay_client import trl, verl
from assay_client.rows import BadRow, answer_of, last_block, tests_of, text_of


class Tests(unittest.TestCase):
    def test_tests_are_read_as_they_were_meant(self) -> None:
        one = "assert f([1]) == {'a': 1}"
        task = {"dataset": "humaneval-plus", "task_id": "HumanEval/0"}
        for value, expected in (
            ([one, "assert f(2)"], [one, "assert f(2)"]),
            ((one,), [one]),
            (one, [one]),
            ("[f(1)]", ["[f(1)]"]),
            (json.dumps([one]), [one]),
            (json.dumps(one), [one]),
            (json.dumps(json.dumps([one])), [one]),
            (repr([one]), [one]),
            ([one, "", " \n"], [one]),
            ({"tests": [one]}, [one]),
            ({"test_cases": one}, [one]),
            (json.dumps({"inputs": [""], "outputs": [None], "assert_case": [one]}), [one]),
            ({"tests": None, "assert_case": [one]}, [one]),
        ):
            with self.subTest(value=value):
                self.assertEqual(tests_of(value, "x"), {"tests": expected})
        self.assertEqual(tests_of(task, "x"), task)
        self.assertEqual(tests_of(json.dumps({**task, "task_id": 7}), "x"), {**task, "task_id": "7"})

    def test_cases_are_read_as_they_were_meant(self) -> None:
        cases = [{"input": "1\n2\n", "output": "3\n"}, {"input": "", "output": "0"}]
        for value in (
            cases,
            tuple(cases),
            json.dumps(cases),
            {"test_cases": cases, "language": "python"},
            json.dumps({"tests": cases}),
            [{**case, "type": "stdin_stdout", "fn_name": None} for case in cases],
            {"inputs": ["1\n2\n", ""], "outputs": ["3\n", "0"]},
            json.dumps({"inputs": ["1\n2\n", ""], "outputs": ["3\n", "0"], "fn_name": None}),
            {"inputs": (["1", "2\n"], ""), "outputs": ["3\n", ["0"]]},
            [cases[0], {"output": "0"}],
            {"input": ["1\n2\n", ""], "output": ["3\n", "0"]},
            [{**case, "testtype": "stdin"} for case in cases],
        ):
            with self.subTest(value=value):
                self.assertEqual(tests_of(value, "x"), {"cases": cases})
        for value in (
            {"inputs": ["1"], "outputs": []},
            {"inputs": [], "outputs": []},
            {"inputs": "1", "outputs": "1"},
            {"inputs": [1], "outputs": ["1"]},
            [{"input": "1", "output": None}],
            [cases[0], "assert True"],
        ):
            with self.subTest(value=value):
                self.assertRaises(BadRow, tests_of, value, "x")

    def test_a_row_without_tests_is_told_from_a_data_set_without_them(self) -> None:
        for value in (None, [], "", " ", [""], [None], ["assert True", None], math.nan, 42, "42", "null", "None", b"assert True", [["assert True"]], {"tests": []}):
            with self.subTest(value=value):
                self.assertRaises(BadRow, tests_of, value, "x")
        by_call = {"inputs": [[1]], "outputs": [[1]], "testtype": "functional"}
        case = {"input": "1", "output": "1"}
        marks = ({"testtype": "functional"}, {"type": "function_call"}, {"fn_name": "f", "type": "stdin"}, {"type": "interactive"})
        marked = [[{**case, **mark}] for mark in marks]
        for other in (by_call, json.dumps(by_call), *marked, [{"input": "1"}], {"inputs": ["1"]}, {}, {"dataset": "x"}, [{"output": 1, "fn_name": "f"}]):
            with self.subTest(other=other):
                self.assertRaisesRegex(ValueError, "the column 'y' holds objects", tests_of, other, "the column 'y'")

    def test_calls_are_read_as_they_were_meant(self) -> None:
        calls = [{"arguments": [[1, 2], "a"], "result": {"a": [1, 2]}}, {"arguments": [[], "b"], "result": "no JSON"}]
        texts = [("[1, 2]\n\"a\"", '{"a": [1, 2]}'), ('[]\n"b"\n', "no JSON")]
        named = {"fn_name": "f"}
        for value in (
            {"inputs": [[[1, 2], "a"], ([], "b")], "outputs": [{"a": (1, 2)}, "no JSON"], **named},
            {"inputs": [text[0] for text in texts], "outputs": [text[1] for text in texts], **named},
            [{"input": text[0], "output": text[1], "type": "function_call", **named} for text in texts],
            [{"input": text[0], "output": text[1], "testtype": "functional", "metadata": {"func_name": "f"}} for text in texts],
            {"test_cases": [{"input": text[0], "output": text[1], "metadata": '{"func_name": "f"}'} for text in texts]},
        ):
            for written in (value, json.dumps(value)):
                with self.subTest(value=written):
                    item = tests_of(written, "x")
                    self.assertEqual((item["function"], item["calls"]), ("f", calls))
        item = tests_of({"inputs": [[1], [2], [3]], "outputs": [[4], [[5, 6]], [7, 8]], **named}, "x")
        self.assertEqual([call.get("any_of", [call.get("result")]) for call in item["calls"]], [[[4], 4], [[[5, 6]], [5, 6]], [[7, 8]]])
        exec(item["setup"], {})
        for value in (
            {"inputs": [1], "outputs": [1], **named},
            {"inputs": ["1 2"], "outputs": ["3"], **named},
            {"inputs": ["[" * 100_000], "outputs": ["3"], **named},
            {"inputs": [[object()]], "outputs": [1], **named},
            {"inputs": [[1]], "outputs": [], **named},
            [{"input": [1], "output": 1, **named}, {"input": "1", "output": "1"}],
            [{"input": [1], "output": 1, **named}, {"input": [1], "output": 1, "fn_name": "g"}],
        ):
            with self.subTest(value=value):
                self.assertRaises(BadRow, tests_of, value, "x")

    def test_programs_in_other_languages_are_another_kind(self) -> None:
        cases = [{"input": "", "output": "0"}]
        for language in ("python", "Python3", None):
            self.assertEqual(tests_of({"language": language, "test_cases": cases[0]}, "x"), {"cases": cases})
        self.assertRaisesRegex(ValueError, "in cpp", tests_of, {"language": "cpp", "test_cases": cases}, "x")

    def test_the_text_of_a_completion(self) -> None:
        said = {"role": "assistant", "content": "a"}
        for completion, expected in (
            ("a", "a"),
            ([said], "a"),
            (said, "a"),
            ([said, {"role": "tool", "content": "b"}], "a"),
            ([said, {"role": "assistant", "content": None}], "a"),
            ([{"role": "assistant", "content": None}], ""),
            ([], ""),
            ([{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}, "c"]}], "abc"),
        ):
            with self.subTest(completion=completion):
                self.assertEqual(text_of(completion), expected)
        for completion in (None, math.nan, 1, ["a"], [None], [{"role": "assistant", "content": 1}]):
            with self.subTest(completion=completion):
                self.assertRaises(BadRow, text_of, completion)


BLOCK = "```python\ndef add(a, b):\n    return a + b\n```"
WRONG = "def add(a, b):\n    return 0\n"

# Answers of chat models, with a right program each.
CHAT = {
    "no final newline": BLOCK,
    "prose after": "Sure:\n" + BLOCK + "\nThis works.\n",
    "carriage returns": BLOCK.replace("\n", "\r\n"),
    "py": BLOCK.replace("python", "py"),
    "Python": BLOCK.replace("python", "Python"),
    "python3": BLOCK.replace("python", "python3"),
    "a blank after the name": BLOCK.replace("python", "python "),
    "a title": BLOCK.replace("python", 'python title="add.py"'),
    "no name": BLOCK.replace("python", ""),
    "the last of several": "```python\n" + WRONG + "```\nNo:\n" + BLOCK,
    "the last without a name": "```\n" + WRONG + "```\nNo:\n" + BLOCK.replace("python", ""),
    "what it prints": BLOCK + "\nprints\n```\n3\n```\n",
    "a shell's after": BLOCK + "\n```bash\npython add.py\n```\n",
    "a shell's before": "```bash\nls\n```\n" + BLOCK.replace("python", ""),
    "thoughts": "<think>```python\n" + WRONG + "```</think>\n" + BLOCK,
    "thoughts that the prompt began": "perhaps ```python\n" + WRONG + "</think>" + BLOCK,
    "in a list": "1. So:\n\n   " + BLOCK.replace("\n", "\n   ") + "\n",
    "python3.11": BLOCK.replace("python", "python3.11"),
    "left open": BLOCK[:-3],
    "left open and begun again": "```python\ndef add(a,\n" + BLOCK,
    "closed on the line": BLOCK.replace("\n```", "```"),
}


class Extraction(unittest.TestCase):
    def test_the_last_block_of_python_is_the_program(self) -> None:
        for what, answer in CHAT.items():
            with self.subTest(what):
                program: Any = answer_of(answer, "last_fence")["solution"]
                names: Any = {}
                exec(program, names)
                self.assertEqual(names["add"](1, 2), 3)
                self.assertEqual(answer_of(answer, "strict"), {"completion": answer})

    def test_an_answer_without_a_block_is_sent_as_it_is(self) -> None:
        for answer in ("", "def add(a, b):\n    return a + b\n", "```cpp\nint x;\n```\n", "use `add`", "```pythonic\nx\n```"):
            with self.subTest(answer):
                self.assertIsNone(last_block(answer))
                self.assertEqual(answer_of(answer, "last_fence"), {"completion": answer})
        self.assertEqual(answer_of(GOOD + "</think>no", "last_fence"), {"completion": "no"})


class Live(servers.Live):
    def verl(self, answer: str, ground_truth: Any = TESTS, **options: Any) -> float:
        return verl.compute_score("x", answer, ground_truth, address=self.service.address, **options)

    def test_trl_leaves_out_the_rows_that_cannot_be_judged(self) -> None:
        rows = [(GOOD, TESTS), (None, TESTS), (GOOD, []), (GOOD, [None]), (GOOD, None), (GOOD, json.dumps(TESTS)), ("no", TESTS[0])]
        reward = trl.make_reward("code")
        with self.assertLogs("assay_client", "WARNING") as logged:
            values = reward([row[0] for row in rows], test_cases=[row[1] for row in rows])
        self.assertEqual(values, [1, None, None, None, None, 1, 0])
        self.assertEqual(len(logged.output), 4)
        self.assertIn("row 2 of the batch has no reward: the column 'test_cases' has no test", logged.output[1])
        self.assertRaises(ValueError, reward, [GOOD], test_cases=[{"inputs": ["1"]}])
        self.assertRaises(ValueError, reward, [GOOD, GOOD], test_cases=[TESTS])
        self.assertRaises(ValueError, trl.make_reward, "accuracy")

    def test_verl_has_nan_for_the_rows_that_cannot_be_judged(self) -> None:
        self.assertEqual(self.verl(GOOD, TESTS[0]), 1)
        for ground_truth in (None, [], "42", [None]):
            with self.assertLogs("assay_client", "WARNING"):
                self.assertTrue(math.isnan(self.verl(GOOD, ground_truth)))
                self.assertTrue(math.isnan(asyncio.run(verl.compute_score_async("x", GOOD, ground_truth))))
        self.assertRaises(ValueError, self.verl, GOOD, {"inputs": ["1"]})
        self.assertRaises(ValueError, self.verl, GOOD, TESTS, reward="accuracy")

    def test_programs_that_read_and_print_have_their_share_of_cases(self) -> None:
        doubles = "```python\nprint(2 * int(input()))\n```\n"
        truth = {"inputs": ["1\n", "2\n", "3", "x"], "outputs": ["2", "4", "7", "8"]}
        self.assertEqual(self.verl(doubles, truth), 0.5)
        self.assertEqual(trl.make_reward("code")([doubles], test_cases=[[{"input": "4\n", "output": "8\n"}]]), [1])

    def test_functions_that_are_called_have_their_share_of_calls(self) -> None:
        pairs = "```python\nclass Solution:\n    def pairs(self, n: int) -> List[Tuple[int, int]]:\n        return [(i, pow(i, 2, 7)) for i in range(n)]\n```\n"
        truth = {"fn_name": "pairs", "inputs": ["1", "2", "3"], "outputs": ["[[0, 0]]", "[[0, 0], [1, 1]]", "[]"]}
        self.assertAlmostEqual(self.verl(pairs, json.dumps(truth)), 2 / 3)
        rows = [{"fn_name": "pairs", "inputs": [[2]], "outputs": [[[[0, 0], [1, 1]]]]}, [{"fn_name": "pairs", "input": [0], "output": []}]]
        self.assertEqual(trl.make_reward("code")([pairs] * 2, test_cases=rows), [1, 1])

    def test_chat_answers_have_their_reward_by_the_last_block(self) -> None:
        answers = [*CHAT.values(), "def add(a, b):\n    return a + b\n"]
        expected = [1.0] * len(CHAT) + [0.0]
        rows = {"test_cases": [TESTS] * len(answers)}
        self.assertEqual(trl.make_reward("code", extract="last_fence")(answers, **rows), expected)
        self.assertEqual(trl.make_reward("code")(answers, **rows), [0] * len(answers))
        self.assertEqual([self.verl(answer) for answer in answers], expected)
        self.assertEqual(self.verl(GOOD + "Done.", extract="strict"), 0)
        self.assertRaises(ValueError, trl.make_reward, extract="first")
        self.assertRaises(ValueError, self.verl, GOOD, extract="first")


if __name__ == "__main__":
    unittest.main()
