"""Reward functions for TRL's GRPOTrainer, and trainers made after it.

    from assay_client.trl import code_reward, code_format_reward
    trainer = GRPOTrainer(reward_funcs=[code_reward, code_format_reward], ...)   # reward_weights=[2.0, 0.5]

The data set needs a column `test_cases`: of each row a list of asserts, of objects with `input` and `output`, or what else
rows.tests_of reads. The service is at ASSAY_ADDRESS. Both can be told otherwise: make_reward("code",
address="http://host:8000", tests_column="tests").
"""

import asyncio
import logging
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Sequence

from .client import REWARDS, Client
from .rows import BadRow, answer_of, check_extract, tests_of, text_of

_log = logging.getLogger("assay_client")

RewardFunction = Callable[..., List[Optional[float]]]
AsyncRewardFunction = Callable[..., Awaitable[List[Optional[float]]]]


def items_of(completions: Sequence[Any], columns: Mapping[str, Any], tests_column: str, extract: str) -> List[Optional[Dict[str, Any]]]:
    """An item a row; None, and a warning, for a row that can't be judged. Raises KeyError or ValueError where the data set is
    of another kind."""
    if tests_column not in columns:
        raise KeyError("the data set has no column %r with the tests; name another by tests_column" % tests_column)
    tests = columns[tests_column]
    if len(tests) != len(completions):
        raise ValueError("the column %r has %d rows for %d completions" % (tests_column, len(tests), len(completions)))
    where = "the column %r" % tests_column
    items: List[Optional[Dict[str, Any]]] = []
    for row, (completion, its_tests) in enumerate(zip(completions, tests)):
        try:
            items.append({"id": row, **answer_of(text_of(completion), extract), **tests_of(its_tests, where)})
        except BadRow as error:
            _log.warning("row %d of the batch has no reward: %s", row, error)
            items.append(None)
    return items


def make_reward(
    reward: str = "reward",
    *,
    address: Optional[str] = None,
    token: Optional[str] = None,
    tests_column: str = "test_cases",
    extract: str = "strict",
    limits: Optional[Mapping[str, float]] = None,
    weights: Optional[Mapping[str, float]] = None,
    patience: float = 300.0,
    timeout: float = 600.0,
) -> RewardFunction:
    """`reward`: `code`, `binary_code`, `code_format`, or `reward`, their weighted sum. None where it could not be had.
    `extract`: `strict`, ml-diffucoder's form of an answer, or `last_fence`, the last block of one that may say more.
    `patience` and `timeout`: Client's, in seconds. TRL waits as long as it takes."""
    if reward not in REWARDS:
        raise ValueError("there is no reward %r; there are %s" % (reward, ", ".join(REWARDS)))
    check_extract(extract)
    clients: List[Client] = []

    def function(completions: List[Any], **columns: Any) -> List[Optional[float]]:
        if not clients:  # made where it is used: an address may be set after the import
            clients.append(Client(address, token, patience=patience, timeout=timeout))
        items = items_of(completions, columns, tests_column, extract)
        values = iter(clients[0].values([item for item in items if item is not None], reward, limits=limits, weights=weights))
        return [None if item is None else next(values) for item in items]

    function.__name__ = function.__qualname__ = "%s_reward" % reward if reward != "reward" else "assay_reward"
    return function


def make_async_reward(reward: str = "reward", **options: Any) -> AsyncRewardFunction:
    """The same as an `async def`, so that it runs beside other reward functions."""
    plain = make_reward(reward, **options)

    async def function(completions: List[Any], **columns: Any) -> List[Optional[float]]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: plain(completions, **columns))

    function.__name__ = function.__qualname__ = plain.__name__
    return function


assay_reward = make_reward("reward")
code_reward = make_reward("code")
binary_code_reward = make_reward("binary_code")
code_format_reward = make_reward("code_format")
async_code_reward = make_async_reward("code")
