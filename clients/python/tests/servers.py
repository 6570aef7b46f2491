"""What the client is tested against: `assay serve` itself, and servers that answer what they were told.

ASSAY_BINARY names the command; without it, or without a jail, the tests that need it skip.
"""

import http.server
import json
import logging
import os
import re
import subprocess
import sys
import threading
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
logging.getLogger("assay_client").addHandler(logging.NullHandler())  # what no test asserts is not shown

GOOD = "```python\ndef add(a, b):\n    return a + b\n```\n"
WRONG = "```python\ndef add(a, b):\n    return 0\n```\n"
TESTS = ["assert add(1, 2) == 3", "assert add(0, 0) == 0"]


class Service:
    """`assay serve`, on a given port or a free one."""

    def __init__(self, port: int = 0, *words: str) -> None:
        binary = os.environ.get("ASSAY_BINARY")
        if not binary or not Path(binary).exists():
            raise unittest.SkipTest("ASSAY_BINARY names no command")
        argv = [binary, "serve", "--port", str(port), "--log", "error", *words]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                self.address = "http://127.0.0.1:%d" % self.port
                return
        if self.process.wait() == 4:
            raise unittest.SkipTest("no jail can be made here")
        raise AssertionError("the service did not start")

    def end(self) -> int:
        self.process.terminate()
        code = self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


class Live(unittest.TestCase):
    """Tests of a class against a service of theirs, which the environment names."""

    service: Service

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service()
        os.environ["ASSAY_ADDRESS"] = cls.service.address

    @classmethod
    def tearDownClass(cls) -> None:
        assert cls.service.end() == 0


class LocalServer:
    """Serves by `handler` on a free port."""

    def __init__(self, handler: Type[http.server.BaseHTTPRequestHandler]) -> None:
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.address = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Impostor(LocalServer):
    """A server that gives the answers it was told, one after the other, and notes the requests. Results without an id get
    the item's; an answer in bytes is sent as it is."""

    def __init__(self, answers: List[Any]) -> None:
        seen: List[Dict[str, Any]] = []
        self.seen = seen

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                seen.append(request)
                status, headers, body = answers.pop(0)
                if status == 0:
                    self.close_connection = True
                    return
                data = body if isinstance(body, bytes) else json.dumps(_named(body, request)).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        super().__init__(Handler)


def result(reward: Optional[float], error: Optional[Dict[str, str]] = None) -> Dict[str, Any]:
    return {"reward": reward, "code": reward, "binary_code": reward, "code_format": reward, "error": error}


def _named(body: Any, request: Dict[str, Any]) -> Any:
    if not isinstance(body, dict) or not isinstance(body.get("results"), list):
        return body
    ids = [item.get("id") for item in request["items"]] + [None] * len(body["results"])
    return {"results": [{"id": id, **each} if isinstance(each, dict) else each for id, each in zip(ids, body["results"])]}
