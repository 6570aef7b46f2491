"""Against a live service: ASSAY_BINARY names the command; without it, or without a jail, these skip.

    ASSAY_BINARY=build/release/assay python3 -m unittest discover clients/python/tests
"""

import asyncio
import inspect
import json
import math
import os
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, List

import servers
from servers import GOOD, TESTS, WRONG, Impostor, Service, result

from assay_client import Client, Refused, Unavailable
from assay_client import trl, verl


class Retries(unittest.TestCase):
    def answers(self, *answers: Any, patience: float = 60.0) -> Client:
        self.impostor = Impostor(list(answers))
        self.addCleanup(self.impostor.end)
        self.delays: List[float] = []
        return Client(self.impostor.address, patience=patience, sleep=self.delays.append)

    def test_full_and_draining_services_and_lost_connections_are_tried_again(self) -> None:
        good = (200, {}, {"results": [result(1.0)]})
        client = self.answers((429, {"Retry-After": "3"}, {}), (503, {}, {}), (0, {}, None), good)
        self.assertEqual(client.values([{}]), [1.0])
        self.assertEqual(len(self.delays), 3)
        self.assertTrue(1.5 <= self.delays[0] <= 3.0, self.delays)

    def test_only_the_items_that_failed_are_sent_again(self) -> None:
        failed = result(None, {"code": "sandbox.unavailable", "message": "x"})
        client = self.answers(
            (200, {}, {"results": [result(1.0), failed, result(0.0)]}),
            (200, {}, {"results": [result(0.5)]}),
        )
        items = [{"id": "a"}, {"id": "b", "x": 1}, {"id": "c"}]
        self.assertEqual([each and (each["id"], each["reward"]) for each in client.rewards(items)], [("a", 1.0), ("b", 0.5), ("c", 0.0)])
        self.assertEqual([{**each, "id": None} for each in self.impostor.seen[1]["items"]], [{"x": 1, "id": None}])

    def test_an_answer_that_is_none_of_the_service_is_asked_for_again(self) -> None:
        good = result(1.0)
        without_error = {name: value for name, value in good.items() if name != "error"}
        bodies: List[Any] = [
            b"<html>proxy</html>",
            b'{"results": [{"id": 0, "rew',
            b"\xff",
            [],
            {},
            {"results": None},
            {"results": []},
            {"results": [good, good, good]},
            {"results": [good, 1]},
            {"results": [good, without_error]},
            {"results": [good, {**good, "error": "x"}]},
            {"results": [good, {**good, "code": None}]},
            {"results": [good, {**good, "id": 1}]},
        ]
        for body in bodies:
            with self.subTest(body=body):
                client = self.answers((200, {}, body), (200, {}, {"results": [good, result(0.5)]}))
                self.assertEqual(client.values([{}, {}]), [1.0, 0.5])
                client = self.answers((200, {}, body), patience=0.0)
                self.assertEqual(client.values([{}, {}]), [None, None])

    def test_the_answer_to_another_request_is_no_reward(self) -> None:
        client = self.answers((200, {}, {"results": [result(1.0)]}))
        client.values([{}])
        stale = {**result(1.0), "id": self.impostor.seen[0]["items"][0]["id"]}
        client = self.answers((200, {}, {"results": [stale]}), (200, {}, {"results": [result(0.0)]}))
        self.assertEqual(client.values([{}]), [0.0])

    def test_an_item_without_a_verdict_does_not_hold_up_the_others(self) -> None:
        failed = result(None, {"code": "sandbox.unavailable", "message": "x"})
        client = self.answers(*[(200, {}, {"results": [failed] if i else [failed, result(1.0)]}) for i in range(3)])
        self.assertEqual(client.values([{}, {}]), [None, 1.0])
        self.assertEqual([len(each["items"]) for each in self.impostor.seen], [2, 1, 1])
        self.assertEqual(len(self.delays), 2)

    def test_what_cannot_be_had_is_none_and_no_zero(self) -> None:
        failed = result(None, {"code": "sandbox.unavailable", "message": "x"})
        client = self.answers((200, {}, {"results": [failed]}), patience=0.0)
        self.assertEqual(client.rewards([{}]), [None])
        client = self.answers((503, {}, {}), patience=0.0)
        self.assertEqual(client.values([{}, {}]), [None, None])
        client = self.answers((503, {}, {}), patience=0.0)
        self.assertRaises(Unavailable, client.rewards, [{}])

    def test_an_item_whose_tests_are_at_fault_is_sent_once_and_logged(self) -> None:
        broken = result(None, {"code": "input.bad_data", "message": "a test is no valid Python"})
        client = self.answers((200, {}, {"results": [broken, result(1.0)]}))
        with self.assertLogs("assay_client", "WARNING") as logged:
            self.assertEqual(client.values([{}, {}]), [None, 1.0])
        self.assertIn("a test is no valid Python", logged.output[0])
        self.assertEqual(self.delays, [])

    def test_a_request_that_is_wrong_whatever_its_items_is_sent_once(self) -> None:
        limits = {"detail": [{"type": "less_than_equal", "loc": ["body", "limits", "test_seconds"], "msg": "x", "input": None}]}
        for status, body in ((422, limits), (401, b"no"), (404, {}), (301, b"")):
            client = self.answers((status, {}, body))
            self.assertRaises(Refused, client.rewards, [{}, {}])
            self.assertEqual(self.delays, [])

    def test_what_is_refused_together_is_asked_for_in_halves(self) -> None:
        for status, body in ((413, b"<html>too large</html>"), (422, {"detail": []}), (422, b"?")):
            good = {"results": [result(1.0)]}
            client = self.answers((status, {}, body), (200, {}, good), (status, {}, body))
            with self.assertLogs("assay_client", "WARNING") as logged:
                self.assertEqual(client.values([{"id": "a"}, {"id": "b"}]), [1.0, None])
            self.assertEqual(len(logged.output), 1)
            self.assertIn("'b'", logged.output[0])
            self.assertEqual(self.delays, [])

    def test_what_was_had_before_the_service_went_away_is_kept(self) -> None:
        client = self.answers((413, {}, b""), (200, {}, {"results": [result(1.0)]}), (503, {}, b""), patience=0.0)
        self.assertEqual(client.values([{}, {}]), [1.0, None])

    def test_addresses_that_are_none_are_told(self) -> None:
        self.assertRaises(ValueError, Client, "127.0.0.1:8000")


class Live(servers.Live):
    def test_results_come_in_order_over_several_requests(self) -> None:
        client = Client(self.service.address, batch=3)
        items = [{"id": i, "completion": GOOD if i % 2 else WRONG, "tests": TESTS} for i in range(10)]
        results = client.rewards(items, details=True)
        self.assertEqual([each and each["id"] for each in results], list(range(10)))
        self.assertEqual([each and each["code"] for each in results], [1 if i % 2 else 0.5 for i in range(10)])

    def test_trl_calls_it_by_keyword_and_gets_a_float_each(self) -> None:
        completions = [[{"role": "assistant", "content": GOOD}], [{"role": "assistant", "content": "no"}]]
        columns = {"prompts": [[], []], "completion_ids": [[1], [2]], "trainer_state": None, "test_cases": [TESTS, TESTS]}
        self.assertEqual(trl.code_reward(completions=completions, **columns), [1, 0])
        self.assertEqual(trl.code_format_reward(completions=[GOOD, "no"], **columns), [1, 0])
        self.assertEqual(trl.assay_reward(completions=[GOOD, WRONG], **columns), [2.5, 1.5])
        self.assertEqual(trl.code_reward.__name__, "code_reward")
        self.assertTrue(inspect.iscoroutinefunction(trl.async_code_reward))
        self.assertEqual(asyncio.run(trl.async_code_reward(completions=completions, **columns)), [1, 0])
        self.assertRaises(KeyError, trl.code_reward, completions=completions)

    def test_verl_calls_it_from_many_threads(self) -> None:
        def score(i: int) -> float:
            return verl.compute_score(data_source="x", solution_str=GOOD if i % 2 else WRONG, ground_truth=json.dumps({"assert_case": TESTS}), extra_info={})

        with ThreadPoolExecutor(32) as pool:
            self.assertEqual(list(pool.map(score, range(200))), [1 if i % 2 else 0.5 for i in range(200)])
        self.assertEqual(asyncio.run(verl.compute_score_async("x", GOOD, TESTS)), 1)

    def test_one_wrong_item_is_the_trouble_of_its_own_caller(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(verl.compute_score, "x", GOOD, [] if i == 3 else TESTS) for i in range(8)]
        scores = [future.result() for future in futures]
        self.assertTrue(math.isnan(scores.pop(3)))
        self.assertEqual(scores, [1] * 7)

    def test_items_that_are_at_fault_are_none_and_told(self) -> None:
        good = {"completion": GOOD, "tests": TESTS}
        items = [good, {**good, "tests": []}, good, {**good, "tests": [None]}, {"tests": TESTS}, good, {**good, "setup": 1}]
        with self.assertLogs("assay_client", "WARNING") as logged:
            self.assertEqual(Client(self.service.address).values(items, "code"), [1, None, 1, None, None, 1, None])
        self.assertEqual(len(logged.output), 4)
        self.assertRegex(logged.output[0], "item 1 has no reward: tests: there is no test")
        self.assertRaises(Refused, Client(self.service.address).values, items, limits={"test_seconds": 0})

    def test_a_service_that_takes_less_at_once_gets_less(self) -> None:
        service = Service(0, "--batch", "3", "--body-limit", "1")
        large = {"completion": GOOD + "#" * (30 << 20), "tests": TESTS}
        client = Client(service.address)
        items = [{"completion": GOOD if i % 2 else WRONG, "tests": TESTS} for i in range(20)]
        self.assertEqual(client.values(items, "code"), [1 if i % 2 else 0.5 for i in range(20)])
        with self.assertLogs("assay_client", "WARNING"):
            self.assertEqual(client.values([*items[:5], large], "code"), [0.5, 1, 0.5, 1, 0.5, None])
        client.close()
        self.assertEqual(service.end(), 0)


class Restart(unittest.TestCase):
    def test_a_service_that_is_restarted_loses_no_reward(self) -> None:
        service = Service()
        client = Client(service.address, batch=8)
        slow = "```python\nimport time\ndef add(a, b):\n    time.sleep(0.02)\n    return a + b\n```\n"
        items = [{"completion": slow, "tests": TESTS}] * 200
        with ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(client.values, items[i::4], "code") for i in range(4)]
            self.assertEqual(service.end(), 0)
            again = Service(service.port)
            for future in futures:
                self.assertEqual(future.result(), [1] * 50)
        self.assertEqual(again.end(), 0)

    def test_verl_gets_nan_where_there_is_no_service(self) -> None:
        with self.assertLogs("assay_client", "WARNING"):
            self.assertTrue(math.isnan(verl.compute_score("x", GOOD, TESTS, address="http://127.0.0.1:9", patience=0.0)))

    def test_a_token_is_sent(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            token = Path(folder) / "token"
            token.write_text("se:cret/\n")
            service = Service(0, "--token-file", str(token))
            items = [{"completion": GOOD, "tests": TESTS}]
            self.assertRaises(Refused, Client(service.address).rewards, items)
            self.assertEqual(Client(service.address, "se:cret/").values(items), [2.5])
            self.assertEqual(Client("http://any:se%%3Acret%%2F@127.0.0.1:%d" % service.port).values(items), [2.5])
            self.assertEqual(service.end(), 0)


if __name__ == "__main__":
    unittest.main()
