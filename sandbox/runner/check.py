"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail."""

from typing import Any


def setup(encode: Any, frame: Any) -> None:
    pass


def main() -> None:
    raise SystemExit(125)
