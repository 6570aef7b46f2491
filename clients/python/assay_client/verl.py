"""The custom reward function of verl.

    reward.custom_reward_function.path=.../assay_client/verl.py
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.address=http://host:8000

verl calls it with one sample a call from many threads; requests are made for many at once behind the scenes. `ground_truth`
holds asserts: a list, or an object (or its JSON) with them under `tests`, `test_cases` or `assert_case`; or `dataset` and
`task_id` of a set that the service was started with.
"""

import asyncio
import json
import math
from typing import Any, Dict, Mapping, Optional

from assay_client.batching import shared_batcher
from assay_client.client import Result, Unavailable

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


def _score(result: Optional[Result], reward: str) -> float:
    return math.nan if result is None else float(result[reward])


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Optional[Mapping[str, Any]] = None,
    *,
    address: Optional[str] = None,
    token: Optional[str] = None,
    reward: str = "code",
    limits: Optional[Dict[str, float]] = None,
    **kwargs: Any,
) -> float:
    """`reward`: `code`, `binary_code`, `code_format` or `reward`. NaN where it could not be had: neither a 0 nor an exception,
    which would be a wrong answer to some of verl's managers and the end of the step to others."""
    future = shared_batcher(address, token, limits).submit(item_of(solution_str, ground_truth))
    try:
        return _score(future.result(), reward)
    except Unavailable:
        return math.nan


async def compute_score_async(data_source: str, solution_str: str, ground_truth: Any, extra_info: Optional[Mapping[str, Any]] = None, **kwargs: Any) -> float:
    """The same, awaited."""
    reward = kwargs.get("reward", "code")
    batcher = shared_batcher(kwargs.get("address"), kwargs.get("token"), kwargs.get("limits"))
    try:
        result: Optional[Result] = await asyncio.wrap_future(batcher.submit(item_of(solution_str, ground_truth)))
        return _score(result, reward)
    except Unavailable:
        return math.nan
