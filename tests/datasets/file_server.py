"""Serves a folder on 127.0.0.1 for tests, prints its port, and misbehaves where the first part of a path says so:
/plain/FILE serves it; /flaky/FILE breaks down twice first; /moved/FILE redirects to /plain/; /elsewhere/FILE redirects
out of http; /short/FILE promises more than it sends; /altered/FILE sends other bytes; /loop/FILE redirects for ever;
/count/FILE tells how often FILE was asked for, by whatever way."""

import collections
import http.server
import pathlib
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    folder = pathlib.Path(sys.argv[1])
    asked: "collections.Counter[str]" = collections.Counter()

    def do_GET(self) -> None:
        way, _, name = self.path.lstrip("/").partition("/")
        file = self.folder / pathlib.Path(name).name
        if way == "count":
            return self.answer(200, str(self.asked[name]).encode())
        self.asked[name] += 1
        if way == "flaky" and self.asked[name] <= 2:
            return self.answer(503, b"try again")
        places = {"moved": f"/plain/{name}", "elsewhere": f"file://{file}", "loop": self.path}
        if way in places:
            return self.answer(302, b"", {"Location": places[way]})
        if not file.is_file():
            return self.answer(404, b"no such file")
        body = file.read_bytes()
        if way == "altered":
            body = b"altered" + body
        promised = {"Content-Length": str(len(body) + 10)} if way == "short" else {}
        return self.answer(200, body, promised)

    def answer(self, status: int, body: bytes, headers: "dict[str, str]" = {}) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
