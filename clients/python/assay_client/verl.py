"""The custom reward function of verl.

    reward.custom_reward_function.path=.../assay_client/verl.py
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.address=http://host:8000

verl calls it with one sample a call from many threads; requests are made for many at once behind the scenes. `ground_truth`
holds asserts: a list, or an object (or its JSON) with them under `tests`, `test_cases` or `assert_case`; or `dataset` and
`task_id` of a set that the service was started with.
"""

import asyncio
import concurrent.futures
import json
import logging
import math
from typing import Any, Dict, Mapping, Optional

from assay_client.batching import shared_batcher
from assay_client.client import REWARDS, Result, Unavailable

_log = logging.getLogger("assay_client")

# Of a call, in seconds. verl's rate_limited manager makes a 0 of what takes it 300: the NaN must come before that.
PATIENCE = 240.0
TIMEOUT = 280.0

TESTS = ("tests", "test_cases", "assert_case")


def item_of(solution: str, ground_truth: Any) -> Dict[str, Any]:
    if isinstance(ground_truth, str):
        ground_truth = json.loads(ground_truth)
    item: Dict[str, Any] = {"completion": solution}
    if not isinstance(ground_truth, Mapping):
        item["tests"] = list(ground_truth)
        return item
    for key in TESTS:
        if ground_truth.get(key) is not None:
            item["tests"] = list(ground_truth[key])
            return item
    if "dataset" in ground_truth and "task_id" in ground_truth:
        item["dataset"], item["task_id"] = str(ground_truth["dataset"]), str(ground_truth["task_id"])
        return item
    raise ValueError("ground_truth has none of %s, nor dataset and task_id" % ", ".join(TESTS))


def _submit(
    solution_str: str,
    ground_truth: Any,
    *,
    address: Optional[str] = None,
    token: Optional[str] = None,
    reward: str = "code",
    limits: Optional[Mapping[str, float]] = None,
    patience: float = PATIENCE,
    timeout: float = TIMEOUT,
    **kwargs: Any,
) -> "concurrent.futures.Future[Optional[Result]]":
    if reward not in REWARDS:
        raise ValueError("there is no reward %r; there are %s" % (reward, ", ".join(REWARDS)))
    return shared_batcher(address, token, limits, patience=patience, timeout=timeout).submit(item_of(solution_str, ground_truth))


def _score(result: Optional[Result], reward: str) -> float:
    return math.nan if result is None else float(result[reward])


def _missing(why: object) -> float:
    _log.warning("a sample has no reward: %s", why)
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

    `timeout`: seconds until NaN, whatever the service does. `patience`: seconds over which it is tried again. Further:
    `address`, `token`, `limits`. What verl gives besides is left alone.
    """
    future = _submit(solution_str, ground_truth, reward=reward, timeout=timeout, **kwargs)
    try:
        return _score(future.result(timeout), reward)
    except Unavailable as error:
        return _missing(error)
    except concurrent.futures.TimeoutError:
        future.cancel()
        return _missing("the service took over %g s" % timeout)


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
    future = _submit(solution_str, ground_truth, reward=reward, timeout=timeout, **kwargs)
    try:
        return _score(await asyncio.wait_for(asyncio.wrap_future(future), timeout), reward)
    except Unavailable as error:
        return _missing(error)
    except asyncio.TimeoutError:
        return _missing("the service took over %g s" % timeout)
