"""The batcher and verl's functions against a server that answers when it is told to."""

import asyncio
import http.server
import json
import math
import threading
import unittest
from concurrent.futures import Future
from typing import Any, List, Optional

from servers import LocalServer, result

from assay_client import Batcher, Client
from assay_client import verl
from assay_client.client import Result

SECONDS = 30.0  # what hangs ends the test


class Gate(LocalServer):
    """A server that has got a request, holds it until `open`, and gives 1 for each item. Sizes of requests in `sizes`."""

    def __init__(self) -> None:
        self.came, self.open = threading.Semaphore(0), threading.Event()
        self.sizes: List[int] = []
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                items = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["items"]
                gate.sizes.append(len(items))
                gate.came.release()
                gate.open.wait(SECONDS)
                data = json.dumps({"results": [{**result(1.0), "id": item["id"]} for item in items]}).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True  # the client gave up

            def log_message(self, *args: Any) -> None:
                pass

        super().__init__(Handler)

    def end(self) -> None:
        self.open.set()
        super().end()


class Cancelled(unittest.TestCase):
    def setUp(self) -> None:
        self.gate = Gate()
        self.addCleanup(self.gate.end)

    def score(self, **options: Any) -> Any:
        return verl.compute_score_async("x", "", ["assert True"], address=self.gate.address, **options)

    def test_a_call_that_is_cancelled_in_flight_leaves_the_others_their_rewards(self) -> None:
        async def all_but_one() -> List[Any]:
            tasks = [asyncio.ensure_future(self.score()) for _ in range(6)]
            await asyncio.get_running_loop().run_in_executor(None, self.gate.came.acquire)
            tasks[0].cancel()
            await asyncio.wait([tasks[0]])
            self.gate.open.set()
            return await asyncio.wait_for(asyncio.gather(*tasks, self.score(), return_exceptions=True), SECONDS)

        first, *others = asyncio.run(all_but_one())
        self.assertIsInstance(first, asyncio.CancelledError)
        self.assertEqual(others, [1.0] * 6)

    def test_a_call_that_is_cancelled_before_it_is_sent_is_not_sent(self) -> None:
        batcher = Batcher(Client(self.gate.address), window=1.0, most=3)
        futures: List["Future[Optional[Result]]"] = [batcher.submit({}), batcher.submit({})]
        self.assertTrue(futures[0].cancel())
        self.gate.open.set()
        futures.append(batcher.submit({}))
        for future in futures[1:]:
            self.assertIsNotNone(future.result(SECONDS))
        self.assertEqual(sum(self.gate.sizes), 2)

    def test_what_takes_too_long_is_nan_before_the_trainer_makes_a_zero_of_it(self) -> None:
        self.assertLess(verl.TIMEOUT, 300.0)
        with self.assertLogs("assay_client", "WARNING"):
            self.assertTrue(math.isnan(asyncio.run(self.score(timeout=0.2))))
            self.assertTrue(math.isnan(verl.compute_score("x", "", ["assert True"], address=self.gate.address, timeout=0.2)))


if __name__ == "__main__":
    unittest.main()
