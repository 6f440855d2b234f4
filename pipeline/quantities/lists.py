"""Numbers that share a unit: 3、4和5件, 出游人次65.22亿,比上年增加9.07亿."""

from __future__ import annotations

from dataclasses import replace

import regex

from pipeline.model import Quantity

_JOINTS = frozenset(("、", "和", "及", "与", "、约", "或"))
_CHANGE = regex.compile(r",[^,。;0-9]{0,8}(?:增加|减少|增长|下降|净增|多|少)了?$")


def share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """A bare number in a list takes the unit of the next one; one after a noun's unit takes that.

    >>> from pipeline.quantities.find import find_quantities
    >>> from pipeline.vocabulary import default_vocabulary
    >>> [q.unit for q in find_quantities("分别为3、4和5件", default_vocabulary())]
    ['件', '件', '件']
    """
    out = list(found)
    for i in range(len(out) - 2, -1, -1):
        this, following = out[i], out[i + 1]
        between = text[this.end : following.start]
        bare = not this.unit and this.note in (None, "bare")
        if bare and between in _JOINTS and following.unit and following.note != "bare":
            out[i] = replace(
                this, unit=following.unit, measure=following.measure, note=following.note, rule="shared_unit"
            )
    for i in range(1, len(out)):
        this, previous = out[i], out[i - 1]
        if previous.rule != "noun_unit" or this.unit or this.note:
            continue
        if _CHANGE.search(text, previous.end, this.start):
            out[i] = replace(this, unit=previous.unit, rule="noun_unit")
    return out
