"""What may be set once for all calls: in `pipeline.toml`, in the environment, else built in.

The file wins over what is built in, a variable of the environment (``NEWS_METRICS_WORKERS``) over the file,
and an option of the command line over all.  Relative paths in the file count from the file's folder.

>>> read_settings(None, {"NEWS_METRICS_WORKERS": "4"})["workers"]
Value(value=4, origin='NEWS_METRICS_WORKERS')
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError

FILE = "pipeline.toml"
PREFIX = "NEWS_METRICS_"
VARIABLE_OF_FILE = f"{PREFIX}CONFIG"
BUILT_IN = "built in"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that can be set: `kind` its type, `wanted` in words what `allows` lets through."""

    name: str
    kind: type[str] | type[int] | type[float]
    built_in: str | int | float | None
    about: str
    wanted: str
    allows: Callable[[Any], bool] = lambda value: True
    is_path: bool = False

    @property
    def variable(self) -> str:
        """Its variable in the environment."""
        return PREFIX + self.name.upper()


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it comes from: a file and its line, a variable, or `built in`."""

    value: str | int | float | None
    origin: str


def _path(name: str, built_in: str | None, about: str) -> Setting:
    return Setting(name, str, built_in, about, "a path", bool, is_path=True)


def _one_of(name: str, values: tuple[str, ...], about: str) -> Setting:
    return Setting(name, str, values[0], about, f"one of {', '.join(values)}", values.__contains__)


SETTINGS = (
    _path("raw", "raw", "folder of scraped articles"),
    _path("processed", "processed", "folder of the tables"),
    _path("words", None, "a TOML file or folder of further words"),
    _one_of("engine", ("auto", "inline", "pool", "dask"), "how shards are run"),
    Setting(
        "workers", int, 0, "processes; 0 for one on each processor", "a whole number from 0", lambda n: n >= 0
    ),
    _one_of("until", ("metrics", "sections", "clean"), "last stage"),
    Setting(
        "max_failures", float, 0.05, "share of records that may fail", "from 0 to 1", lambda n: 0 <= n <= 1
    ),
    Setting(
        "keep",
        int,
        2,
        "snapshots to keep, the current one among them",
        "a whole number from 2",
        lambda n: n >= 2,
    ),
    _one_of("log_format", ("text", "json"), "form of messages and summary of a run"),
)


def find_settings_file(named: Path | None, environment: Mapping[str, str], folder: Path) -> Path | None:
    """The file that is named, else that of the environment, else `pipeline.toml` in the folder, if any.

    Raises UsageError where a named one is not there.
    """
    given = named or (Path(found) if (found := environment.get(VARIABLE_OF_FILE)) else None)
    if given is not None:
        if not given.is_file():
            where = "--config" if named else VARIABLE_OF_FILE
            raise UsageError(f"{given}: no such file; correct {where}")
        return given
    usual = folder / FILE
    return usual if usual.is_file() else None


def read_settings(file: Path | None, environment: Mapping[str, str]) -> dict[str, Value]:
    """The value of each setting.  Raises UsageError with a line for each fault: where, and what to write."""
    values = {setting.name: Value(setting.built_in, BUILT_IN) for setting in SETTINGS}
    faults: list[str] = []
    if file is not None:
        values |= _read_file(file, faults)
    for setting in SETTINGS:
        text = environment.get(setting.variable)
        if text:
            value = _parse(setting, text)
            if value is None:
                faults.append(f"{setting.variable} is {text!r}: {setting.name} is {setting.wanted}")
            values[setting.name] = Value(value, setting.variable)
    if faults:
        raise UsageError("\n".join(faults))
    return values


def _read_file(file: Path, faults: list[str]) -> dict[str, Value]:
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        entries = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{file}: not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" {0,9}\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        message = str(error).split(" (at ")[0]
        raise UsageError(f"{file}:{line}: not TOML: {message}; a text is written in quotes") from None
    known = {setting.name: setting for setting in SETTINGS}
    values = {}
    for name, entry in entries.items():
        place = f"{file}:{_line_of(text, name)}"
        setting = known.get(name)
        if setting is None:
            faults.append(f'{place}: unknown key "{name}"; known here: {", ".join(known)}')
        elif not _fits(setting, entry):
            faults.append(f"{place}: {name} is {entry!r}, but must be {setting.wanted}")
        else:
            value = str(file.parent / entry) if setting.is_path else entry
            values[name] = Value(value, place)
    return values


def _fits(setting: Setting, entry: object) -> bool:
    kinds = (int, float) if setting.kind is float else (setting.kind,)
    return type(entry) in kinds and setting.allows(entry)


def _parse(setting: Setting, text: str) -> str | int | float | None:
    """The value that a text stands for; None for one that cannot be."""
    try:
        value = setting.kind(text)
    except ValueError:
        return None
    return value if setting.allows(value) else None


def _line_of(text: str, name: str) -> int:
    """The line of a key, from 1.

    >>> _line_of('raw = "a"\\n "max_failures" = 7', "max_failures")
    2
    """
    found = re.search(rf"^[ \t\[]{{0,99}}[\"']?{re.escape(name)}[\"']?[ \t]{{0,9}}[=.\]]", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def spell_settings(values: Mapping[str, Value]) -> str:
    """The settings as a file of them, with the origin of each; what is not set stands as a comment.

    >>> print(spell_settings({"workers": Value(4, "pipeline.toml:2")}))
    workers = 4  # pipeline.toml:2 · processes; 0 for one on each processor
    """
    about = {setting.name: setting.about for setting in SETTINGS}
    lines = []
    for name, (value, origin) in ((name, (held.value, held.origin)) for name, held in values.items()):
        said = "# " if value is None else ""
        lines.append(f"{said}{name} = {_toml(value)}  # {origin} · {about[name]}")
    return "\n".join(lines)


def _toml(value: str | int | float | None) -> str:
    """A value as TOML writes it; a text with the few marks that need it escaped."""
    if value is None:
        return '""'
    if not isinstance(value, str):
        return str(value)
    escaped = "".join(
        f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char
        for char in value.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'
