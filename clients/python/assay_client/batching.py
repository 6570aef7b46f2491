"""Many threads with one item each, one request for all of them."""

import os
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .client import Client, Item, Result, Unavailable

_Entry = Tuple[Item, "Future[Optional[Result]]"]

# Of whatever is shared by the threads of this process. A fork may find it held by a thread that the child has not got.
_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)


class Batcher:
    """Gathers items that arrive within a moment of each other. Thread-safe; its threads end with the process, and a forked
    child gets its own. What was submitted before a fork is answered in the parent alone."""

    def __init__(self, client: Client, *, window: float = 0.005, most: int = 128, requests: int = 8, **options: Any) -> None:
        """`window`: seconds that an item waits for company. `requests`: at once. `options`: of Client.rewards."""
        self._client, self._window, self._most, self._requests, self._options = client, window, most, requests, options
        self._threads: Optional[_Threads] = None

    def submit(self, item: Item) -> "Future[Optional[Result]]":
        """The item's result to come; None where it could not be had. One that is cancelled in time is not sent; later it is
        judged in vain, and the others of its request have theirs."""
        future: "Future[Optional[Result]]" = Future()
        self._own_threads().entries.put((item, future))
        return future

    def _own_threads(self) -> "_Threads":
        threads = self._threads
        if threads is None or threads.process != os.getpid():
            with _lock:
                threads = self._threads
                if threads is None or threads.process != os.getpid():
                    threads = self._threads = _Threads(self._requests)
                    threading.Thread(target=self._gather, args=(threads,), name="assay-batcher", daemon=True).start()
        return threads

    def _gather(self, threads: "_Threads") -> None:
        while True:
            entries = [threads.entries.get()]
            end = time.monotonic() + self._window
            while len(entries) < self._most:
                try:
                    entries.append(threads.entries.get(timeout=max(0.0, end - time.monotonic())))
                except queue.Empty:
                    break
            # From here on a future can't be cancelled, so that each may be given its result.
            entries = [entry for entry in entries if entry[1].set_running_or_notify_cancel()]
            if not entries:
                continue
            try:
                threads.pool.submit(self._send, entries)
            except RuntimeError as error:  # the interpreter ends, and takes no more work
                _fail(entries, error)

    def _send(self, entries: List[_Entry]) -> None:
        try:
            results = self._client.rewards([item for item, _ in entries], **self._options)
        except Exception as error:
            if len(entries) > 1 and not isinstance(error, Unavailable):
                # One of them is wrong: the others are not to suffer for it.
                for entry in entries:
                    self._send([entry])
            else:
                _fail(entries, error)
            return
        for (_, future), result in zip(entries, results):
            future.set_result(result)


def _fail(entries: List[_Entry], error: Exception) -> None:
    for _, future in entries:
        future.set_exception(error)


class _Threads:
    """What a batcher has in one process."""

    def __init__(self, requests: int) -> None:
        self.process = os.getpid()
        self.entries: "queue.SimpleQueue[_Entry]" = queue.SimpleQueue()
        self.pool = ThreadPoolExecutor(requests, thread_name_prefix="assay-request")


_shared: Dict[Tuple[Any, ...], Batcher] = {}


def shared_batcher(
    address: Optional[str], token: Optional[str], limits: Optional[Mapping[str, float]], patience: float, timeout: float
) -> Batcher:
    """One batcher a process for the same service, limits and times (Client's)."""
    key = (address, token, tuple(sorted((limits or {}).items())), patience, timeout)
    with _lock:
        if key not in _shared:
            _shared[key] = Batcher(Client(address, token, patience=patience, timeout=timeout), limits=limits)
        return _shared[key]
