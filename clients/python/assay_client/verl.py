"""The custom reward function of verl.

    reward.custom_reward_function.path=.../assay_client/verl.py
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.address=http://host:8000

verl calls it with one sample a call from many threads; requests are made for many at once behind the scenes. `ground_truth`
holds asserts: a list, one text, or an object with them under `tests`, `test_cases` or `assert_case`; or what a program reads
and prints: `inputs` and `outputs`, or objects with `input` and `output`; or with `fn_name` beside these what a function takes
and returns; or `dataset` and `task_id` of a set that the service was started with; or the JSON of any of these.
"""

import asyncio
import concurrent.futures
import logging
import math
from typing import Any, Dict, Mapping, Optional

from assay_client.batching import shared_batcher
from assay_client.client import REWARDS, Result, Unavailable
from assay_client.rows import BadRow, answer_of, check_extract, tests_of, text_of

_log = logging.getLogger("assay_client")

# Of a call, in seconds. verl's rate_limited manager makes a 0 of what takes it 300: the NaN must come before that.
PATIENCE = 240.0
TIMEOUT = 280.0


def item_of(solution: str, ground_truth: Any, extract: str = "last_fence") -> Dict[str, Any]:
    """Raises BadRow where the row can't be judged, ValueError where the data set is of another kind."""
    return {**answer_of(text_of(solution), extract), **tests_of(ground_truth, "ground_truth")}


def _submit(
    solution_str: str,
    ground_truth: Any,
    extra_info: Optional[Mapping[str, Any]],
    *,
    address: Optional[str] = None,
    token: Optional[str] = None,
    reward: str = "code",
    extract: str = "last_fence",
    limits: Optional[Mapping[str, float]] = None,
    patience: float = PATIENCE,
    timeout: float = TIMEOUT,
    **kwargs: Any,
) -> "concurrent.futures.Future[Optional[Result]]":
    if reward not in REWARDS:
        raise ValueError("there is no reward %r; there are %s" % (reward, ", ".join(REWARDS)))
    check_extract(extract)
    item = item_of(solution_str, ground_truth, extract)
    if isinstance(extra_info, Mapping) and "index" in extra_info:
        item["id"] = extra_info["index"]  # the row's name in warnings
    return shared_batcher(address, token, limits, patience=min(patience, timeout), timeout=timeout).submit(item)


def _score(result: Optional[Result], reward: str) -> float:
    return math.nan if result is None else float(result[reward])


def _missing(extra_info: Optional[Mapping[str, Any]], why: object) -> float:
    index = extra_info.get("index") if isinstance(extra_info, Mapping) else None
    _log.warning("a sample of row %s has no reward: %s", "?" if index is None else index, why)
    return math.nan


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Optional[Mapping[str, Any]] = None,
    *,
    reward: str = "code",
    timeout: float = TIMEOUT,
    **kwargs: Any,
) -> float:
    """`reward`: `code`, `binary_code`, `code_format` or `reward`. NaN where it could not be had: neither a 0 nor an exception,
    which would be a wrong answer to some of verl's managers and the end of the step to others.

    So is a row without tests. Raises ValueError for a ground_truth of another kind (tests in another language) or an unknown reward.

    `extract`: `last_fence`, the last block of Python as verl takes it, or `strict`, ml-diffucoder's form of an answer.
    `timeout`: seconds until NaN, whatever the service does. `patience`: seconds over which it is tried again. Further:
    `address`, `token`, `limits`. What verl gives besides is left alone.
    """
    try:
        future = _submit(solution_str, ground_truth, extra_info, reward=reward, timeout=timeout, **kwargs)
        return _score(future.result(timeout), reward)
    except (BadRow, Unavailable) as error:
        return _missing(extra_info, error)
    except concurrent.futures.TimeoutError:
        future.cancel()
        return _missing(extra_info, "the service took over %g s" % timeout)


async def compute_score_async(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Optional[Mapping[str, Any]] = None,
    *,
    reward: str = "code",
    timeout: float = TIMEOUT,
    **kwargs: Any,
) -> float:
    """The same, awaited. May be cancelled."""
    try:
        future = _submit(solution_str, ground_truth, extra_info, reward=reward, timeout=timeout, **kwargs)
        return _score(await asyncio.wait_for(asyncio.wrap_future(future), timeout), reward)
    except (BadRow, Unavailable) as error:
        return _missing(extra_info, error)
    except asyncio.TimeoutError:
        return _missing(extra_info, "the service took over %g s" % timeout)
