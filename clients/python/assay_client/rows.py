"""What data sets hold and models answer, in the words of the service: a row's tests, and the text of an answer."""

import ast
import json
import re
import textwrap
from typing import Any, Dict, List, Mapping, Optional

from . import functions

# Where an object has its asserts.
TESTS = ("tests", "test_cases", "assert_case")

# What an object may say of its tests where these are cases: what a program reads and prints, or what a function takes and returns.
STREAMS = (None, "stdin", "stdin_stdout")
FUNCTIONS = (None, "functional", "function_call")

# How the program is found in an answer: by ml-diffucoder's form, which the service judges, or as the last fenced block.
EXTRACTS = ("strict", "last_fence")

# A block opens with a fence and its name, as far as the line goes, and ends before the next fence or with the answer.
_NAMED = re.compile(r"```[ \t]*(?:python|py)(?![a-z_-])[^`\n]*\n(.*?)(?=```|\Z)", re.DOTALL | re.IGNORECASE)
_ANY = re.compile(r"```([^`\n]*)\n(.*?)(?:```|\Z)", re.DOTALL)

# What may be a repr's. Others are not tried: Python would warn of a test's odd escapes.
_LITERAL = re.compile(r"""\s*([\[({'"]|None\s*\Z)""")


class BadRow(Exception):
    """A row that says nothing of the answer to it: it has no reward, and the others have theirs."""


def tests_of(value: Any, where: str) -> Dict[str, Any]:
    """An item's tests. A list of asserts, or one text; a list of objects with `input` and `output`, which a program reads and
    prints, or with `fn_name` too, whose function is called; an object with one of these under one of TESTS, or with `inputs`
    and `outputs`, or with `dataset` and `task_id`; or the JSON or the Python literal of these.

    Raises BadRow for a row without tests. Raises ValueError for an object that holds something else: then `where`, a column,
    is of another kind of data set, and no row of it could be judged.
    """
    if isinstance(value, str):
        value = _meant(value)
    if not isinstance(value, Mapping):
        tests = _listed(value, "tests", where)
        if any(isinstance(test, Mapping) for test in tests):
            return _cases(tests, where)
        return {"tests": _texts(tests, where)}
    if not str(value.get("language") or "python").lower().startswith("py"):
        raise ValueError("%s has tests of programs in %s; Python is judged" % (where, value["language"]))
    for key in TESTS:
        if value.get(key) is not None:
            return tests_of(value[key], where)
    if value.get("dataset") is not None and value.get("task_id") is not None:
        return {"dataset": str(value["dataset"]), "task_id": str(value["task_id"])}
    if isinstance(value.get("input"), str):
        return _cases([value], where)
    for one, other in (("inputs", "outputs"), ("input", "output")):
        if value.get(one) is not None and value.get(other) is not None:
            return _pairs(value, _listed(value[one], one, where), _listed(value[other], other, where), where)
    raise _other_kind(value, where)


def check_extract(extract: str) -> None:
    if extract not in EXTRACTS:
        raise ValueError("there is no extract %r; there are %s" % (extract, ", ".join(EXTRACTS)))


def answer_of(text: str, extract: str) -> Dict[str, Any]:
    """An item's answer. With `last_fence` the program is taken here and sent as a solution; an answer without a block goes as a
    completion, whose form the service gives a 0, as verl does."""
    if extract == "strict":
        return {"completion": text}
    said = text.rpartition("</think>")[2]
    program = last_block(said)
    return {"completion": said} if program is None else {"solution": program}


def last_block(text: str) -> Optional[str]:
    """The last block that is named as Python, else the last without a name; one that is left open goes to the end.

    Source: verl/utils/reward_score/sandbox_fusion/__init__.py, compute_score. It knows ```python alone, of other blocks takes
    the first, and leaves a block of a list item indented, which is no Python.
    """
    blocks = _NAMED.findall(text) or [body for name, body in _ANY.findall(text) if not name.strip()]
    if not blocks:
        return None
    program: str = blocks[-1]
    return textwrap.dedent(program) if program.lstrip("\r\n")[:1] in (" ", "\t") else program


def text_of(completion: Any) -> str:
    """A completion is text, a message, or a list of messages of which the last one of the assistant's that says anything
    counts. What a message says is text or a list of parts; of these the texts count. Raises BadRow for anything else."""
    if isinstance(completion, str):
        return completion
    messages = [completion] if isinstance(completion, Mapping) else completion
    if not isinstance(messages, (list, tuple)) or not all(isinstance(each, Mapping) for each in messages):
        raise BadRow("a completion is text or a list of messages, and not %.80r" % (completion,))
    for message in reversed(messages):
        if message.get("role", "assistant") == "assistant" and message.get("content"):
            return _content(message["content"])
    return ""


def _meant(text: str) -> Any:
    """A test's text is itself. What was written as JSON or by Python's repr is what it stands for: run as a test, a list of
    texts would pass whatever the program does."""
    for read in (json.loads, ast.literal_eval) if _LITERAL.match(text) else (json.loads,):
        try:
            value = read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        return _meant(value) if isinstance(value, str) and value != text else value
    return [text]


def _other_kind(value: Mapping[Any, Any], where: str) -> ValueError:
    return ValueError(
        "%s holds objects with %s; wanted are asserts, or objects with input and output, in a list or under %s; or inputs and outputs; or "
        "dataset and task_id; and with what a function takes its name as fn_name" % (where, ", ".join(map(str, value)) or "nothing", ", ".join(TESTS))
    )


def _listed(value: Any, what: str, where: str) -> List[Any]:
    if value is None or isinstance(value, (bytes, str)):
        raise BadRow("%s has no %s, but %.80r" % (where, what, value))
    try:
        return list(value)  # of whatever kind: verl reads arrays from its files
    except TypeError:
        raise BadRow("%s has no %s, but %.80r" % (where, what, value)) from None


def _texts(tests: List[Any], where: str) -> List[str]:
    for test in tests:
        if not isinstance(test, str):
            raise BadRow("%s has a test that is no text, but %.80r" % (where, test))
    tests = [str(test) for test in tests if test.strip()]  # a blank one would pass
    if not tests:
        raise BadRow("%s has no test, so any program would pass" % where)
    return tests


def _function_of(case: Mapping[Any, Any], where: str) -> Optional[str]:
    """The function whose arguments and results a case or a row holds; None for what a program reads and prints."""
    name = functions.name_of(case)
    if any(case.get(key) not in (FUNCTIONS if name else STREAMS) for key in ("type", "testtype")):
        raise _other_kind(case, where)
    return name


def _pairs(value: Mapping[Any, Any], inputs: List[Any], outputs: List[Any], where: str) -> Dict[str, Any]:
    name = _function_of(value, where)
    if not inputs or len(inputs) != len(outputs):
        raise BadRow("%s has %d inputs and %d outputs" % (where, len(inputs), len(outputs)))
    return _item(name, inputs, outputs, where)


def _cases(cases: List[Any], where: str) -> Dict[str, Any]:
    names = set()
    for case in cases:
        if not isinstance(case, Mapping):
            raise BadRow("%s has a case that is no object, but %.80r" % (where, case))
        name = _function_of(case, where)
        if "output" not in case or (name is not None and "input" not in case):
            raise _other_kind(case, where)
        names.add(name)
    if len(names) > 1:
        raise BadRow("%s has cases of several functions, or of a program and a function" % where)
    return _item(names.pop(), [case.get("input", "") for case in cases], [case["output"] for case in cases], where)


def _item(name: Optional[str], inputs: List[Any], outputs: List[Any], where: str) -> Dict[str, Any]:
    if name is None:
        return {"cases": [{"input": _stream(one, where), "output": _stream(other, where)} for one, other in zip(inputs, outputs)]}
    try:
        return functions.item_of(name, inputs, outputs)
    except functions.NoCall as error:
        raise BadRow("%s has %s" % (where, error)) from None


def _stream(value: Any, where: str) -> str:
    """What a program reads or prints: a text, or its lines."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    raise BadRow("%s has an input or output that is no text, but %.80r" % (where, value))


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, (list, tuple)):
        raise BadRow("a message's content is text or a list of parts, and not %.80r" % (content,))
    return "".join(part if isinstance(part, str) else str(part.get("text") or "") for part in content if isinstance(part, (str, Mapping)))
