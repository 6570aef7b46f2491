"""The service's native API, with retries."""

import base64
import http.client
import json
import logging
import os
import random
import secrets
import ssl
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import unquote, urlsplit

Item = Mapping[str, Any]
Result = Dict[str, Any]

# Worth another try: full, going away, or a gateway in between that lost patience.
RETRIED = (408, 429, 502, 503, 504)
# Perhaps for the sake of one item, or of their number: asked again in halves.
DIVIDED = (413, 422)
# The figures of a result.
REWARDS = ("reward", "code", "binary_code", "code_format")
# The tests of an item are at fault: the same item would fail again.
BAD_DATA = "input.bad_data"

_log = logging.getLogger("assay_client")

# How often an item is sent that the service, while it answers, has no verdict for: it has tried each time, twice.
ITEM_TRIES = 3


class Refused(Exception):
    """The service says that the request is wrong; the same request would be refused again."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__("HTTP %d: %s" % (status, text[:500]))
        self.status, self.flaws = status, _flaws_of(text)

    def may_be_an_item(self) -> bool:
        """Whether a part of the items might be taken: the service blames no other part of the request."""
        return self.status in DIVIDED and all(flaw.place[:1] in ((), ("items",)) for flaw in self.flaws)

    def is_about_number(self) -> bool:
        return any(flaw.kind == "too_long" and flaw.place == ("items",) for flaw in self.flaws)

    def reason(self) -> str:
        """In the service's words about a request's only item."""
        told = ["%s: %s" % (".".join(map(str, flaw.place[2:])) or "item", flaw.message) for flaw in self.flaws]
        return "; ".join(told) or str(self)


class _Flaw(NamedTuple):
    kind: str
    place: Tuple[Any, ...]  # as ("items", 3, "tests")
    message: str


class Unavailable(Exception):
    """The service could not be had within the client's patience."""


class _Unreadable(Exception):
    """An answer that is none of the service's to this request: a gateway's page, a torn text, the answer to another."""


class Client:
    """Asks for rewards. May be used from any thread, and after a fork; each thread of each process has its own connection."""

    def __init__(
        self,
        address: Optional[str] = None,
        token: Optional[str] = None,
        *,
        timeout: float = 600.0,
        patience: float = 300.0,
        batch: int = 256,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address`: http://host:port, default ASSAY_ADDRESS or http://127.0.0.1:8000; the token may stand in it, as
        http://any:TOKEN@host:port, or comes from ASSAY_TOKEN. `timeout`: seconds for one answer. `patience`: seconds over
        which a request is tried again while the service is away or full. `batch`: items of one request.
        """
        parts = urlsplit(address or os.environ.get("ASSAY_ADDRESS") or "http://127.0.0.1:8000")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address %r is not http://host:port" % address)
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._path = parts.path.rstrip("/")
        self._token = token or (unquote(parts.password) if parts.password else os.environ.get("ASSAY_TOKEN"))
        self._timeout, self._patience, self._batch, self._sleep = timeout, patience, max(1, batch), sleep
        self._local = threading.local()

    def rewards(
        self,
        items: Sequence[Item],
        *,
        weights: Optional[Mapping[str, float]] = None,
        limits: Optional[Mapping[str, float]] = None,
        details: bool = False,
    ) -> List[Optional[Result]]:
        """A result an item, in order; None where the service answered and failed at one, three times over, and where an item
        is at fault (its tests are no Python, it is too large, it has no tests), which is logged as a warning.

        Raises Refused for a request that is wrong whatever its items (its token, path, limits, weights), Unavailable where no
        answer could be had at all.
        """
        results: List[Optional[Result]] = [None] * len(items)
        self._fill_all(results, items, weights, limits, details)
        return results

    def values(self, items: Sequence[Item], reward: str = "reward", **options: Any) -> List[Optional[float]]:
        """One figure of each result: `reward`, `code`, `binary_code` or `code_format`. None where it could not be had,
        also where the service could not be reached, which is logged as a warning."""
        if reward not in REWARDS:
            raise ValueError("there is no reward %r; there are %s" % (reward, ", ".join(REWARDS)))
        results: List[Optional[Result]] = [None] * len(items)
        try:
            self._fill_all(results, items, **options)
        except Unavailable as error:
            _log.warning("%d items have no reward: %s", results.count(None), error)
        return [None if result is None else result[reward] for result in results]

    def close(self) -> None:
        """Closes this thread's connection. A later request makes another."""
        connection = self._kept_connection()
        if connection is not None:
            connection.close()

    def _fill_all(
        self,
        results: List[Optional[Result]],
        items: Sequence[Item],
        weights: Optional[Mapping[str, float]] = None,
        limits: Optional[Mapping[str, float]] = None,
        details: bool = False,
    ) -> None:
        """`rewards`, into `results`, which holds what was had before an exception."""
        options: Dict[str, Any] = {"details": details}
        if weights is not None:
            options["weights"] = dict(weights)
        if limits is not None:
            options["limits"] = dict(limits)
        step = self._batch
        for first in range(0, len(items), step):
            self._fill(results, range(first, min(first + step, len(items))), items, options)

    def _fill(self, results: List[Optional[Result]], places: Sequence[int], items: Sequence[Item], options: Dict[str, Any]) -> None:
        deadline = time.monotonic() + self._patience
        left, attempt = list(places), 0
        while left:
            try:
                answered = self._post([items[i] for i in left], options, deadline)
            except Refused as refused:
                return self._divide(refused, results, left, items, options)
            failed = []
            for place, result in zip(left, answered):
                if result["error"] is None:
                    result["id"] = _name(items, place)
                    results[place] = result
                elif result["error"]["code"] == BAD_DATA:
                    _log.warning("item %r has no reward: %s", _name(items, place), result["error"]["message"])
                else:
                    failed.append(place)
                    why = result["error"]["message"]
            left = failed
            attempt += 1
            if left and (attempt == ITEM_TRIES or not self._wait(attempt, None, deadline)):
                _log.warning("%d items have no reward, the first being %r: %s", len(left), _name(items, left[0]), why)
                return

    def _divide(
        self, refused: Refused, results: List[Optional[Result]], places: List[int], items: Sequence[Item], options: Dict[str, Any]
    ) -> None:
        """Asks in halves for what was refused together, down to the items that are refused alone."""
        if not refused.may_be_an_item():
            raise refused
        if len(places) == 1:
            _log.warning("item %r has no reward: %s", _name(items, places[0]), refused.reason())
            return
        half = (len(places) + 1) // 2
        if refused.is_about_number():
            self._batch = min(self._batch, half)  # the service takes fewer than we were told; the next call knows
        self._fill(results, places[:half], items, options)
        self._fill(results, places[half:], items, options)

    def _post(self, items: Sequence[Item], options: Dict[str, Any], deadline: float) -> List[Result]:
        """A result an item, as the service gave them: each is known to be that item's, and to have its figures or an error."""
        nonce = secrets.token_hex(8)
        ids = ["%s-%d" % (nonce, i) for i in range(len(items))]
        data = json.dumps({**options, "items": [{**item, "id": id} for item, id in zip(items, ids)]}).encode()
        attempt = 0
        while True:
            why, after = "", None
            try:
                status, headers, text = self._exchange(data)
            except (OSError, http.client.HTTPException) as error:
                why = "%s: %s" % (type(error).__name__, error)
            else:
                why = "HTTP %d: %s" % (status, text[:500].decode("utf-8", "replace"))
                if status == 200:
                    try:
                        return _results_of(text, ids)
                    except _Unreadable as error:
                        self.close()  # who knows what it would say to the next request
                        why = "%s: %s" % (error, why)
                elif status not in RETRIED and status < 500:
                    raise Refused(status, text.decode("utf-8", "replace"))
                after = headers.get("Retry-After")
            if not self._wait(attempt, after, deadline):
                raise Unavailable("%s:%d gave no rewards: %s" % (self._host, self._port, why))
            attempt += 1

    def _exchange(self, data: bytes) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = "Basic " + base64.b64encode(b"assay:" + self._token.encode()).decode()
        connection = self._kept_connection() or self._connect()
        whole = False
        try:
            try:
                connection.request("POST", self._path + "/v1/rewards", data, headers)
                sent = True
            except (BrokenPipeError, ConnectionResetError):
                sent = False  # a body that is too large is refused before its end: the answer may be there
            response = connection.getresponse()
            answer = response.status, response.headers, response.read()
            whole = sent
        finally:  # after an interrupt too: what is left of an answer is not to be the next request's
            if whole:
                self._local.kept = os.getpid(), connection
            else:
                connection.close()
        return answer

    def _kept_connection(self) -> Optional[http.client.HTTPConnection]:
        """Hands over this thread's connection, which is kept again once a whole answer has been read from it."""
        process, connection = getattr(self._local, "kept", (0, None))
        self._local.kept = 0, None
        if connection is not None and process != os.getpid():
            # The socket is shared with the process that we were forked from: on it we would read each other's answers.
            # This closes our descriptor alone; nothing is sent, and the other process goes on with its own.
            connection.close()
            return None
        return connection

    def _connect(self) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=ssl.create_default_context())
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)

    def _wait(self, attempt: int, after: Optional[str], deadline: float) -> bool:
        """Sleeps before another try, by chance longer or shorter so that clients do not come back together. False where
        that would be past the deadline."""
        longest = min(10.0, 0.25 * 2 ** min(attempt, 10))
        try:
            longest = max(longest, min(60.0, float(after))) if after else longest
        except ValueError:
            pass  # a date, which our service does not send
        delay = longest * random.uniform(0.5, 1.0)
        if time.monotonic() + delay > deadline:
            return False
        self._sleep(delay)
        return True


def _name(items: Sequence[Item], place: int) -> Any:
    """An item's id, which may be of any kind and stays here; else its place."""
    return items[place].get("id", place)


def _flaws_of(text: str) -> List[_Flaw]:
    """Those that a 422 lists; none where it is in other words."""
    try:
        detail = json.loads(text)["detail"]
        return [_Flaw(str(each["type"]), tuple(each["loc"][1:]), str(each["msg"])) for each in detail]
    except (ValueError, TypeError, KeyError):
        return []


def _results_of(text: bytes, ids: Sequence[str]) -> List[Result]:
    """The results of an answer, which must be those of the items of these ids, in order. Raises _Unreadable."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise _Unreadable("the answer is no JSON") from error
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise _Unreadable("the answer has no list of results")
    if len(results) != len(ids):
        raise _Unreadable("the answer has %d results for %d items" % (len(results), len(ids)))
    for id, result in zip(ids, results):
        if not isinstance(result, dict) or result.get("id") != id:
            raise _Unreadable("the answer is another request's")
        if not (_has_error(result) or _has_figures(result)):
            raise _Unreadable("a result has neither figures nor an error")
    return results


def _has_error(result: Result) -> bool:
    error = result.get("error")
    return isinstance(error, dict) and isinstance(error.get("code"), str) and isinstance(error.get("message"), str)


def _has_figures(result: Result) -> bool:
    return result.get("error", "") is None and all(type(result.get(name)) in (int, float) for name in REWARDS)
