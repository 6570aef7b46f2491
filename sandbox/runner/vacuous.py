"""What tests pass for nothing: an array or a list of none, which NumPy's comparisons and `zip` let through.

The checker looks out for these where tests run, so that a program that answers with nothing is not paid for it.
"""

import builtins
import sys
from typing import Any, Callable, Dict, Sequence

# Code that speaks of these may pass for an array of nothing, which is near to anything and not even unequal to it.
EMPTY_PASSES = (b"all", b"approx", b"close", b"norm", b"max", b"any", b"sum", b"not", b"!=")


def guard(names: Dict[str, Any], code: Sequence[bytes], tell: Callable[[], None], decode: Any) -> None:
    """Readies `names` for the code of setup and tests; `tell` is called where nothing may have passed for something."""
    names["zip"] = zip_that_tells(tell)
    if any(word in each for each in code for word in EMPTY_PASSES):
        decode.tell_of_empty_arrays(tell)
    if any(b"numpy" in each for each in code):
        compare_nothing_with_nothing_alone(any(b"testing" in each for each in code))


def compare_nothing_with_nothing_alone(testing: bool) -> None:
    """NumPy stretches one value to the shape of an array of none, and finds all of these near: `allclose([], 1.4)`."""
    import numpy

    plain = numpy.isclose

    def isclose(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        found = plain(a, b, *args, **kwargs)
        return numpy.bool_(False) if numpy.size(found) == 0 and numpy.size(a) + numpy.size(b) > 0 else found

    numpy.isclose, numpy.allclose = isclose, lambda *args, **kwargs: bool(numpy.all(isclose(*args, **kwargs)))
    if not testing:
        return
    import numpy.testing

    utils = sys.modules.get("numpy.testing._private.utils")  # a part that may move
    compare = getattr(utils, "assert_array_compare", None)
    if compare is None:
        return

    def assert_array_compare(comparison: Any, x: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        if (numpy.size(x) == 0) != (numpy.size(y) == 0):
            raise AssertionError("nothing is compared with something")
        return compare(comparison, x, y, *args, **kwargs)

    utils.assert_array_compare = assert_array_compare  # type: ignore[attr-defined]


def zip_that_tells(tell: Callable[[], None]) -> type:
    """`for a, b in zip(f(x), [1.5, 2.5]): …` checks nothing of a list of none.

    Behind a list of one that may be its rest: `zip(a, a[1:])`.
    """

    class zip(builtins.zip):  # type: ignore[type-arg]
        def __new__(cls, *iterables: Any, **how: Any) -> Any:
            sizes = [len(each) for each in iterables if type(each) in (list, tuple)]
            if sizes and min(sizes) == 0 and max(sizes) > (0 if sizes[0] == 0 else 1):
                tell()
            return super().__new__(cls, *iterables, **how)

    return zip
