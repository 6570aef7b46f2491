"""Many threads with one item each, one request for all of them."""

import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Dict, List, Optional, Tuple

from .client import Client, Item, Result

_Entry = Tuple[Item, "Future[Optional[Result]]"]


class Batcher:
    """Gathers items that arrive within a moment of each other. Thread-safe; its threads end with the process."""

    def __init__(self, client: Client, *, window: float = 0.005, most: int = 128, requests: int = 8, **options: Any) -> None:
        """`window`: seconds that an item waits for company. `requests`: at once. `options`: of Client.rewards."""
        self._client, self._window, self._most, self._options = client, window, most, options
        self._entries: "queue.SimpleQueue[_Entry]" = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(requests, thread_name_prefix="assay-request")
        threading.Thread(target=self._gather, name="assay-batcher", daemon=True).start()

    def submit(self, item: Item) -> "Future[Optional[Result]]":
        """The item's result to come; None where it could not be had."""
        future: "Future[Optional[Result]]" = Future()
        self._entries.put((item, future))
        return future

    def _gather(self) -> None:
        while True:
            entries = [self._entries.get()]
            end = time.monotonic() + self._window
            while len(entries) < self._most:
                try:
                    entries.append(self._entries.get(timeout=max(0.0, end - time.monotonic())))
                except queue.Empty:
                    break
            self._pool.submit(self._send, entries)

    def _send(self, entries: List[_Entry]) -> None:
        try:
            results = self._client.rewards([item for item, _ in entries], **self._options)
        except Exception as error:
            if len(entries) > 1 and not _is_outage(error):
                # One of them is wrong: the others are not to suffer for it.
                for entry in entries:
                    self._send([entry])
                return
            for _, future in entries:
                future.set_exception(error)
            return
        for (_, future), result in zip(entries, results):
            future.set_result(result)


def _is_outage(error: Exception) -> bool:
    from .client import Unavailable

    return isinstance(error, Unavailable)


_shared: Dict[Tuple[Any, ...], Batcher] = {}
_lock = threading.Lock()


def shared_batcher(address: Optional[str], token: Optional[str], limits: Optional[Dict[str, float]]) -> Batcher:
    """One batcher a process for the same service and limits."""
    key = (address, token, tuple(sorted((limits or {}).items())))
    with _lock:
        if key not in _shared:
            _shared[key] = Batcher(Client(address, token), limits=limits)
        return _shared[key]
