"""Whether the surroundings are fit for a run: each check says what it found and what to do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import PipelineError

LEAST_PYTHON = (3, 11)
LEAST_FREE = 1 << 30
GOOD, WARNING, BAD = "ok", "warning", "fault"
PROBE = "2021年，甲市法院新收案件12.3万件，同比增长5%。"
FONT_NAMES = re.compile("(?i)noto.*cjk|source ?han|wqy|wenquanyi|simhei|simsun|yahei|pingfang|heiti|songti")
_REQUIRED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:>=\s*([\d.]+))?[^;]*(?:;\s*(.*))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `state` is ok, warning or fault."""

    state: str
    what: str
    said: str


def check_surroundings(raw: Path, processed: Path, words: Path | None, settings: str) -> Iterator[Finding]:
    """All checks, in order."""
    yield _check_python()
    yield from _check_packages()
    yield Finding(GOOD, "settings", settings)
    yield _tried("words", lambda: _check_words(words))
    yield _tried("extraction", _check_extraction)
    yield _tried("raw", lambda: _check_raw(raw))
    yield _tried("processed", lambda: _check_writable(processed))
    yield _tried("free space", lambda: check_space(shutil.disk_usage(_nearest(processed)).free))
    yield _check_fonts()
    yield _check_encoding()


def _tried(what: str, check: Callable[[], Finding]) -> Finding:
    """What a check found, or what stopped it."""
    try:
        return check()
    except (PipelineError, OSError) as error:
        return Finding(BAD, what, str(error))


def _check_python() -> Finding:
    said = f"{sys.version.split()[0]} at {sys.executable}"
    if sys.version_info < LEAST_PYTHON:
        return Finding(BAD, "Python", f"{said}; 3.11 or later is needed")
    return Finding(GOOD, "Python", said)


def _check_packages() -> Iterator[Finding]:
    try:
        wanted = requires("news-metrics") or []
    except PackageNotFoundError:
        yield Finding(WARNING, "packages", "news-metrics is not installed: make run sets up .venv")
        return
    yield check_requirements(wanted, _version_of)
    for name, use in (("XlsxWriter", "export to Excel"), ("duckdb", "export to DuckDB")):
        found = _version_of(name)
        said = f"{name} {found}" if found else f"{name} is not there: pip install {name}"
        yield Finding(GOOD if found else WARNING, use, said)


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_requirements(wanted: Iterable[str], version_of: Callable[[str], str | None]) -> Finding:
    """Whether what the package needs is there, in the least version that it needs.

    >>> check_requirements(["pandas>=2.2"], lambda name: "1.5.3").said
    'pandas 1.5.3 is older than 2.2: pip install the pinned versions again (make run does)'
    """
    held = []
    for line in wanted:
        found = _REQUIRED.match(line)
        if found is None or "extra ==" in (found[3] or ""):
            continue
        name, least, have = found[1], found[2], version_of(found[1])
        if have is None:
            return Finding(BAD, "packages", f"{name} is not there: make run installs it")
        if least and _numbers(have) < _numbers(least):
            again = "pip install the pinned versions again (make run does)"
            return Finding(BAD, "packages", f"{name} {have} is older than {least}: {again}")
        held.append(f"{name} {have}")
    return Finding(GOOD, "packages", ", ".join(held))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def _check_words(words: Path | None) -> Finding:
    from pipeline.vocabulary import default_vocabulary, load_vocabulary  # noqa: PLC0415

    held = load_vocabulary(words) if words else default_vocabulary()
    own = f", with {words}" if words else ""
    return Finding(GOOD, "words", f"{len(held.indicators)} indicators, {len(held.units)} measure words{own}")


def _check_extraction() -> Finding:
    from pipeline.readers import extract  # noqa: PLC0415

    found = [(float(metric.value), metric.unit) for metric in extract(PROBE, "2022-01-05")]
    if found != [(123000.0, "件"), (5.0, "%")]:
        return Finding(BAD, "extraction", f"{PROBE} gives {found}: install the pinned versions again")
    return Finding(GOOD, "extraction", f"{len(found)} metrics in a test sentence, as it should be")


def _check_raw(raw: Path) -> Finding:
    from pipeline.ingest import list_inputs  # noqa: PLC0415

    if not raw.is_dir():
        return Finding(WARNING, "raw", f"{raw} does not exist: name the folder with --raw")
    inputs = list(list_inputs(raw))
    size = sum(item.size for item in inputs)
    return Finding(GOOD if inputs else WARNING, "raw", f"{raw}: {len(inputs)} files, {size / 1e6:.1f} MB")


def _check_writable(processed: Path) -> Finding:
    """Whether tables can be written: in the folder, or in the nearest one above that is there."""
    folder = _nearest(processed)
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=folder) as name:
        probe = Path(name)
        (probe / "file").write_bytes(b"x")
        (probe / "link").symlink_to("file")
        try:
            os.link(probe / "file", probe / "second")
        except OSError:
            return Finding(
                WARNING, "processed", f"{folder} has no hard links: snapshots are copies and take longer"
            )
    said = (
        f"{processed} can be written"
        if folder == processed
        else f"{processed} can be made in {folder.absolute()}"
    )
    return Finding(GOOD, "processed", said)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def check_space(free: int) -> Finding:
    """Whether there is room for tables.

    >>> check_space(1 << 34).state, check_space(1000).state
    ('ok', 'warning')
    """
    said = f"{free / 1e9:.1f} GB"
    return Finding(GOOD if free >= LEAST_FREE else WARNING, "free space", said)


def _check_fonts() -> Finding:
    """A font with Chinese letters, for pictures; tables need none."""
    if find_spec("noto_cjk_sans_otc"):
        return Finding(GOOD, "Chinese font", "noto-cjk-sans-otc, for the notebooks")
    found = sorted(filter(FONT_NAMES.search, _system_fonts()))
    if found:
        return Finding(GOOD, "Chinese font", found[0])
    return Finding(WARNING, "Chinese font", "none found, pictures need one: pip install noto-cjk-sans-otc")


def _system_fonts() -> Iterable[str]:
    program = shutil.which("fc-list")
    if program:
        listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, check=False)
        return listed.stdout.decode("utf-8", "replace").splitlines()
    folders = (
        Path("/usr/share/fonts"),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        Path.home() / ".fonts",
    )
    return [file.name for folder in folders for file in folder.rglob("*.[ot]t[cf]")]


def _check_encoding() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Finding(
            WARNING, "terminal", f"writes {sys.stdout.encoding}: set PYTHONUTF8=1 for Chinese letters"
        )
    return Finding(GOOD, "terminal", "writes UTF-8")
