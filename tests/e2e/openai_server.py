"""An OpenAI-compatible server of two endpoints, for tests: answers by what a prompt holds, and fails when told to.

Usage: openai_server.py ANSWERS LOG. ANSWERS: a JSON object from a word in a prompt to the answer, or to {"status", "body",
"headers"}, which is sent as it is, lone surrogates U+DC80 to U+DCFF as the bytes that they stand for. Prints its port. LOG gets
each request's body. Words in a model's name make it fail: "busy" answers every request 503 the first time, "slow" waits,
"nonsense" sends no JSON, "unknown" is 404, "keyed" wants the key "secret", "basic" the user "me" with the password "hush",
"short" ends the answer to "negate" for want of tokens.
"""

import json
import sys
import threading
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()
SEEN = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def send(self, status: int, text: str, headers: dict = {}) -> None:
        body = text.encode(errors="surrogateescape")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send(200, json.dumps({"object": "list", "data": [{"id": "first-model"}, {"id": "other"}]}))

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        request = json.loads(text)
        with LOCK:
            with open(sys.argv[2], "a", encoding="utf-8") as log:
                log.write(text + "\n")
            again = text in SEEN
            SEEN.add(text)
        model = request["model"]
        if "unknown" in model:
            return self.send(404, json.dumps({"error": {"message": "The model does not exist.", "code": 404}}))
        if "keyed" in model and self.headers.get("Authorization") != "Bearer secret":
            return self.send(401, json.dumps({"error": "Unauthorized"}))
        if "basic" in model and self.headers.get("Authorization") != "Basic " + b64encode(b"me:hush").decode():
            return self.send(401, json.dumps({"error": "Unauthorized"}))
        if "busy" in model and not again:
            return self.send(503, "<html>busy</html>", {"retry-after-ms": "10"})
        if "nonsense" in model:
            return self.send(200, "]")
        if "slow" in model:
            time.sleep(0.15)
        chat = self.path.endswith("/chat/completions")
        prompt = request["messages"][-1]["content"] if chat else request["prompt"]
        with open(sys.argv[1], encoding="utf-8") as file:  # each time: a test may change its mind
            answers = json.load(file)
        answer = next((a for word, a in answers.items() if word in prompt), "I do not know.")
        if isinstance(answer, dict):
            return self.send(answer["status"], answer["body"], answer.get("headers", {}))
        choice = {"message": {"role": "assistant", "content": answer}} if chat else {"text": answer}
        usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
        reason = "length" if "short" in model and "negate" in prompt else "stop"
        self.send(200, json.dumps({"object": "x", "choices": [{"index": 0, "finish_reason": reason, **choice}], "usage": usage}))


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], file=sys.stderr, flush=True)
server.serve_forever()
