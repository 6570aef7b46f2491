"""Functions that are called and held against what they return, as data sets of contests write them.

APPS and TACO have lists of arguments; PRIME, LiveCodeBench and verl have texts, an argument's JSON a line. Some rows wrap each
result in a list of one: their judges take what is in it, too. The function's name is `fn_name`, or `func_name` of the case's `metadata`.
"""

import json
from typing import Any, Dict, List, Mapping, Optional

# What stands before every solution on such a judge, so that models leave it out. What hides a builtin is undone at the end.
SETUP = """\
import bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator, random, re, statistics, string, sys, typing
from bisect import *
from collections import *
from copy import *
from datetime import *
from functools import *
from heapq import *
from itertools import *
from math import *
from operator import *
from random import *
from re import *
from statistics import *
from string import *
from typing import *
from builtins import *
sys.setrecursionlimit(50_000)
"""


class NoCall(Exception):
    """Not a call's arguments and result."""


def name_of(case: Mapping[Any, Any]) -> Optional[str]:
    """The function that an object's inputs are arguments of; None where they are not."""
    metadata = case.get("metadata")
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            metadata = None
    told = metadata.get("func_name") if isinstance(metadata, Mapping) else None
    for name in (case.get("fn_name"), told):
        if isinstance(name, str) and name.strip():
            return str(name.strip())
    return None


def item_of(name: str, inputs: List[Any], outputs: List[Any]) -> Dict[str, Any]:
    """Raises NoCall."""
    return {"function": name, "setup": SETUP, "calls": [_call(one, other) for one, other in zip(inputs, outputs)]}


def _call(arguments: Any, result: Any) -> Dict[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = [json.loads(line) for line in arguments.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            raise NoCall("arguments that are no JSON, but %.80r" % arguments) from None
        result = _read(result)
    arguments, result = _plain(arguments), _plain(result)
    if not isinstance(arguments, list):
        raise NoCall("arguments that are no list, but %.80r" % (arguments,))
    if isinstance(result, list) and len(result) == 1:
        return {"arguments": arguments, "any_of": [result, result[0]]}
    return {"arguments": arguments, "result": result}


def _read(result: Any) -> Any:
    """What a text says; one that is no JSON stands for itself."""
    try:
        return json.loads(result) if isinstance(result, str) else result
    except (ValueError, RecursionError):
        return result


def _plain(value: Any) -> Any:
    """In JSON's types: verl reads arrays and their numbers from its files."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    try:
        return [_plain(each) for each in value]
    except TypeError:
        raise NoCall("a value of the type %s" % type(value).__name__) from None
