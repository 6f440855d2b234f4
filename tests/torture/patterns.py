"""Patterns that run away: every pattern of the code on texts that make bad ones slow.

A process of its own watches what is compiled while all modules are loaded and the stages are used; patterns
that are written out in code that it did not reach are read from there.  No call in the code that compiles a
pattern may be left over.  Times are the processor's, of this process.
"""

from __future__ import annotations

import ast
import math
import pickle
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import regex

from tests.torture.outcome import Outcome
from tests.torture.shapes import find_runaway
from tests.torture.texts import PIECES

PACKAGE = Path(__file__).parents[2] / "pipeline"
COMPILING = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
BUILDING = ("compose", "glimpse")
SIZES = (1_000, 10_000, 100_000)
STEEPEST = 1.2
UNSEEN = 0.004  # of a text of the last size: too quick for its growth to be told, and to matter
TRIES = 6
LONGEST = 5.0
PUMPS = tuple(PIECES["pumps"])


@dataclass(frozen=True, slots=True)
class Source:
    """A pattern: its text, flags and module (`re` or `regex`), and where the code compiles it."""

    pattern: str | bytes
    flags: int
    module: str
    place: str

    def compile(self) -> Any:
        """The pattern, ready to be used."""
        flags = self.flags & ~regex.VERSION0.value if self.module == "regex" else self.flags
        return {"re": re, "regex": regex}[self.module].compile(self.pattern, flags)


def check_patterns(count: int, folder: Path, seed: int) -> Outcome:
    """Every pattern, or `count` of them, on every pump; a bad one is planted and must be found."""
    sources = gather(folder)
    faults = [f"{place} compiles a pattern that was never seen" for place in find_unseen(sources)]
    faults += find_bad_shapes(sources)
    chosen = sources[seed % len(sources) :] + sources[: seed % len(sources)]
    steepest, slowest = (0.0, ""), (0.0, "")
    for source in chosen[:count]:
        found = list(measure(source))
        faults += [fault for _, _, fault in found if fault]
        steepest = max([steepest, *((slope, source.place) for slope, _, _ in found)])
        slowest = max([slowest, *((seconds, source.place) for _, seconds, _ in found)])
    missed = [source for source in PLANTED if not runs_away(source)]
    faults += [f"the planted {source.pattern!r} was not found" for source in missed]
    note = (
        f"{len(sources)} patterns, {len(PUMPS) + 1} pumps of up to {SIZES[-1]:,} characters; "
        f"steepest {steepest[0]:.2f} ({steepest[1]}); "
        f"longest {slowest[0]:.2f} s ({slowest[1]}); {len(PLANTED)} planted patterns found"
    )
    injected = min(count, len(sources)) * (len(PUMPS) + 1)
    return Outcome(11, "runaway patterns", injected, tuple(faults), note)


PLANTED = (
    Source(r"(?:1+)+2", 0, "re", "planted"),
    Source(r"(?:1|11)+[a-z]", 0, "regex", "planted"),
    Source(r"[0-9]+[a-z]", 0, "regex", "planted"),
    Source(r"\s+[a-z]", 0, "re", "planted"),
)


def measure(source: Source) -> Iterator[tuple[float, float, str]]:
    """For each pump the slope, the seconds for the longest text, and what is wrong, if anything."""
    pattern = source.compile()
    for pump in (*PUMPS, own_pump(source.pattern)):
        slope, seconds = _measure_one(pattern, pump)
        fault = f"{source.place}: {slope:.2f} on {pump!r}: {source.pattern!r:.90}" if slope > STEEPEST else ""
        yield slope, seconds, fault


def find_bad_shapes(sources: Sequence[Source]) -> list[str]:
    """The patterns whose shape alone lets them run away."""
    found = ((source.place, find_runaway(source.pattern, source.flags)) for source in sources)
    return [f"{place}: {shape}" for place, shape in found if shape]


def runs_away(source: Source) -> bool:
    """Whether some pump shows it; the first one is enough."""
    return any(fault for _, _, fault in measure(source))


def own_pump(pattern: str | bytes) -> str:
    """The letters that a pattern itself names, in its order.

    >>> own_pump("(?:[*]来源:)[0-9]{1,3}")
    '来源'
    """
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))[:60] or re.sub(r"[^a-z]", "", text)[:60] or "a"


def _measure_one(pattern: Any, pump: str) -> tuple[float, float]:
    """The least slope of some tries, for what else runs makes times longer, never shorter."""
    texts = [_fill(pattern, pump, size) for size in SIZES]
    least: list[float] = []
    for _ in range(TRIES):
        taken: list[float] = []
        for text in texts:
            taken.append(_time(pattern, text))
            if taken[-1] > LONGEST / (1 if len(taken) == len(texts) else 10):
                return math.inf, taken[-1]  # as a text ten times as long would
        least = [min(pair) for pair in zip(least, taken, strict=False)] if least else taken
        slope = slope_of(SIZES[: len(least)][-2:], least[-2:])
        if (len(least) == len(SIZES) and least[-1] < UNSEEN) or slope <= STEEPEST:
            return (0.0 if least[-1] < UNSEEN else slope), least[-1]
    return slope, least[-1]


def _fill(pattern: Any, pump: str, size: int) -> str | bytes:
    text = (pump * (size // len(pump) + 1))[:size]
    return text.encode("utf-8", "replace")[:size] if isinstance(pattern.pattern, bytes) else text


def _time(pattern: Any, text: str | bytes) -> float:
    """The processor's seconds to find all there is; a search that takes longer than any is broken off."""
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    began = time.thread_time()
    try:
        for _ in pattern.finditer(text):
            pass
    except _TooLongError:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - began


class _TooLongError(BaseException):
    """A search takes longer than any that is waited for."""


def _give_up(number: int, frame: FrameType | None) -> None:
    raise _TooLongError


def slope_of(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """How steeply the time grows with the size, on scales of powers: 1 is linear, 2 quadratic.

    >>> round(slope_of((10, 100), (1, 10)), 2), round(slope_of((10, 100), (1, 100)), 2)
    (1.0, 2.0)
    """
    first, last = max(seconds[0], 1e-7), max(seconds[-1], 1e-7)
    return math.log(last / first) / math.log(sizes[-1] / sizes[0])


# ── finding the patterns ────────────────────────────────────────────────────────────


def gather(folder: Path) -> list[Source]:
    """All patterns of the code, as a fresh process compiles them."""
    out = folder / "patterns.pickle"
    subprocess.run(
        [sys.executable, "-m", "tests.torture.patterns", str(out)], cwd=PACKAGE.parent, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    sources = list(dict.fromkeys(pickle.loads(out.read_bytes())))
    written = (read_literal(file, call) for file, call in find_unseen_calls(sources))
    sources += [source for source in written if source]
    return sorted(sources, key=lambda source: (source.place, str(source.pattern)))


def find_unseen(sources: Sequence[Source]) -> list[str]:
    """The calls in the code that compile patterns and of which none is known."""
    return [f"{file}:{call.lineno}" for file, call in find_unseen_calls(sources)]


def find_unseen_calls(sources: Sequence[Source]) -> Iterator[tuple[str, ast.Call]]:
    """The same with the calls themselves."""
    seen: dict[str, set[int]] = defaultdict(set)
    for source in sources:
        file, _, line = source.place.partition(":")
        seen[file].add(int(line))
    for file, call in find_calls():
        if not any(call.lineno <= line <= (call.end_lineno or call.lineno) for line in seen[file]):
            yield file, call


def read_literal(file: str, call: ast.Call) -> Source | None:
    """The pattern that a call writes out; what is put into it stands for a letter."""
    written = call.args[0]
    parts = written.values if isinstance(written, ast.JoinedStr) else [written]
    if not isinstance(call.func, ast.Attribute) or not isinstance(written, ast.JoinedStr | ast.Constant):
        return None
    pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
    named = [node.attr for value in (*call.args[1:], *call.keywords) for node in ast.walk(value)
             if isinstance(node, ast.Attribute) and node.attr.isupper()]  # fmt: skip
    flags = sum(int(getattr(re, name)) for name in named)
    return Source(pattern, flags, ast.unparse(call.func.value), f"{file}:{call.lineno}")


def find_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code that compiles a pattern, and its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = str(path.relative_to(PACKAGE))
        tree = ast.parse(path.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        within = {id(node) for f in functions if f.name in BUILDING for node in ast.walk(f)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and id(node) not in within and _compiles(node.func):
                yield name, node


def _compiles(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.value.id in ("re", "regex") and called.attr in COMPILING
    return isinstance(called, ast.Name) and called.id in BUILDING


class Watch:
    """Notes each pattern that code of the package compiles."""

    def __init__(self) -> None:
        self.found: list[Source] = []

    def begin(self) -> None:
        """From now on."""
        for module in (re, regex):
            for name in COMPILING:
                setattr(module, name, self._watched(module.__name__, name, getattr(module, name)))

    def _watched(self, module: str, name: str, original: Any) -> Any:
        def call(pattern: Any, *values: Any, **named: Any) -> Any:
            if isinstance(pattern, str | bytes) and (place := _place(sys._getframe(1))):
                flags = named.get("flags", values[0] if name == "compile" and values else 0)
                self.found.append(Source(pattern, int(flags), module, place))
            return original(pattern, *values, **named)

        return call


def _place(frame: FrameType | None) -> str:
    """Where in the package a call stands, for `compose` and `glimpse` their caller; empty elsewhere."""
    builders = str(PACKAGE / "patterns.py")
    while frame is not None and frame.f_code.co_filename == builders and frame.f_code.co_name in BUILDING:
        frame = frame.f_back
    if frame is None or not (path := Path(frame.f_code.co_filename)).is_relative_to(PACKAGE):
        return ""
    return f"{path.relative_to(PACKAGE)}:{frame.f_lineno}"


def _use_everything() -> None:
    """Load every module and use what builds patterns when it is first needed."""
    import pkgutil
    from importlib import import_module

    import pipeline
    from tests.torture.exercise import exercise

    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    exercise()


def main(out: Path) -> None:
    """Write the patterns to a file."""
    watch = Watch()
    watch.begin()
    _use_everything()
    # What was run as a script has another name for the class.
    from tests.torture.patterns import Source as Named

    named = [Named(s.pattern, s.flags, s.module, s.place) for s in watch.found]
    out.write_bytes(pickle.dumps(named))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
