"""A process that has used the client forks, as trainers' and data loaders' pools do; the children use it too."""

import multiprocessing
import os
import unittest
from typing import List, Optional

import servers
from servers import GOOD, TESTS

from assay_client import trl, verl

SECONDS = 60.0  # a child that hangs ends the test


def program(i: int) -> str:
    """Right where `i` is even. No two are the same, so that none is answered from memory."""
    return "```python\ndef add(a, b):\n    return a + b + %d * %d\n```\n" % (i % 2, i + 1)


reward = trl.make_reward("code")  # of its own: it keeps the address of its first call


def by_trl(i: int) -> List[Optional[float]]:
    return reward([program(i)], test_cases=[TESTS])


def by_verl(i: int) -> float:
    return verl.compute_score("x", program(i), TESTS, address=os.environ["ASSAY_ADDRESS"])


class Fork(servers.Live):
    def test_children_get_the_rewards_of_their_own_samples(self) -> None:
        self.assertEqual(reward([GOOD], test_cases=[TESTS]), [1])
        with multiprocessing.get_context("fork").Pool(4) as pool:
            self.assertEqual(pool.map_async(by_trl, range(200), chunksize=1).get(SECONDS), [[1 - i % 2] for i in range(200)])
        self.assertEqual(by_trl(200), [1])

    def test_a_batcher_of_the_parent_serves_its_children(self) -> None:
        self.assertEqual(by_verl(0), 1)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            self.assertEqual(pool.map_async(by_verl, range(8), chunksize=1).get(SECONDS), [1 - i % 2 for i in range(8)])
        self.assertEqual(by_verl(1), 0)


if __name__ == "__main__":
    unittest.main()
