"""How much is done, told without a clock: the calls that a piece of work makes.

>>> count_calls(lambda: [abs(n) for n in (1, -2, 3)]) < count_calls(lambda: [abs(n) for n in range(100)])
True
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable


def count_calls(work: Callable[[], object]) -> int:
    """The calls of functions, Python's and built-in ones; the same in every run."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())
