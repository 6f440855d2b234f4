"""The lines that a run writes to the error stream: as text for people, or as JSON for programs.

>>> spell_line("text", "3 records", "summary", {"records": 3}, datetime(2021, 3, 4, tzinfo=UTC))
'3 records'
>>> spell_line("json", "3 records", "summary", {"records": 3}, datetime(2021, 3, 4, tzinfo=UTC))
'{"time":"2021-03-04T00:00:00+00:00","event":"summary","message":"3 records","records":3}'
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

FORMS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Lines:
    """Where messages go, in which form; `form` is text or json."""

    form: str = "text"

    def say(self, message: str, event: str = "note", facts: Mapping[str, object] | None = None) -> None:
        """Write a message; `event` names its kind and `facts` hold what it says, for programs."""
        line = spell_line(self.form, message, event, facts or {}, datetime.now(UTC))
        print(line, file=sys.stderr, flush=True)


def spell_line(form: str, message: str, event: str, facts: Mapping[str, object], now: datetime) -> str:
    """The line of a message."""
    if form == "text":
        return message
    said = {"time": now.isoformat(timespec="seconds"), "event": event, "message": message, **facts}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
