"""Chinese bytes that were read with a wrong encoding, and texts that cannot be read at all.

>>> restore_mojibake(AlignedText.of("全年审结12万件".encode("gbk").decode("latin-1"))).clean
'全年审结12万件'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import accumulate

import regex

from pipeline.errors import ArticleError
from pipeline.text.aligned import AlignedText
from pipeline.text.repair import repair_rules
from pipeline.text.script import is_common, simplified
from pipeline.vocabulary import Vocabulary

# cp1252 shows 27 of the bytes 80-9F as characters beyond latin-1; this table takes them back.
_BYTE: Mapping[int, str] = {
    ord(bytes([byte]).decode("cp1252")): chr(byte)
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_HIGH = r"\x80-\xff" + "".join(map(chr, _BYTE))
_SUSPECT = regex.compile(rf"[\xa1-\xff][{_HIGH}]{{3}}")
_STRETCH = regex.compile(rf"[\x00-\x7f{_HIGH}]{{4,}}+")
_UTF8 = regex.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_GBK = regex.compile(r"[\x81-\xfe](?:[\x30-\x39][\x81-\xfe][\x30-\x39]|[\x40-\x7e\x80-\xfe])")
_SHOWN_AS_GBK = ("锛", "銆")  # what begins the comma and the stop of UTF-8 that was read as GBK
_WIDE_STRETCH = regex.compile(r"[^\x00-\x7f\ufffd]{3,}+[?\ufffd]?")
_COVERED = {"utf-8": 0.75, "gb18030": 0.9}  # share of high bytes that must fit; UTF-8 rarely fits by chance
_SURE = 0.9
_DISTINCT = 3  # a row of one character (······) is a leader, not a word
_TOO_MANY = 0.1
_LOST = regex.compile(r"[?\ufffd]|锟斤拷")  # the last is U+FFFD twice, written as UTF-8 and read as GBK
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HAN = regex.compile(r"\p{Han}")
_FILES = ("%PDF-", "PK\x03\x04", "{\\rtf", "\xd0\xcf\x11\xe0")

_TAIL = regex.compile(r"[?!]{0,4}[ ]{0,3}[?!]{1,3}/p>")
_DOUBLED = regex.compile(r"(?<=[^\d\s,]),(?=[,。、;:!?])|(?<=\d),(?=[,。、;:!?](?!\d))")
_PAIR = re.compile(",[,。、;:!?]")
_LAST = regex.compile(r"(?<=[\p{Han}”)])\?(?=\n|\Z)")
_CLAUSE = 60  # characters that a question looks back

Edit = tuple[int, int, str]


def check_readable(text: AlignedText) -> None:
    """Raise ArticleError ("unreadable") for binary files and for texts that became question marks."""
    clean = text.clean
    solid = len(clean) - clean.count(" ") - clean.count("\n")
    binary = len(_BINARY.findall(clean)) if _BINARY.search(clean) else 0
    if clean.startswith(_FILES) or (
        binary > _TOO_MANY * max(solid, 20) and binary > len(_HAN.findall(clean))
    ):
        raise ArticleError(
            "unreadable",
            "the text is the content of a binary file (.doc, .pdf, .zip), not of a page: "
            "extract its text first, or take the file out of the raw folder",
        )
    if clean.count("?") + clean.count("\ufffd") + 3 * clean.count("锟斤拷") <= _TOO_MANY * max(solid, 100):
        return
    lost = sum(map(len, _LOST.findall(clean)))
    first = _LOST.search(clean)
    where = text.at(first.start()) if first else 0
    raise ArticleError(
        "unreadable",
        f"{lost} of {solid} characters were lost to '?' (the first at raw character {where}): "
        "the page was stored in a wrong encoding; scrape it again and keep its bytes",
    )


def restore_mojibake(text: AlignedText) -> AlignedText:
    """Chinese that was read with a wrong encoding, restored where a stretch then reads as Chinese.

    UTF-8 and GBK read as cp1252 or latin-1, and UTF-8 read as GBK (鍏ㄥ勾).  The alignment ties each restored
    character to the first of those that stood for it.
    """
    if _SUSPECT.search(text.clean):
        edits: list[Edit] = []
        for stretch in _STRETCH.finditer(text.clean):
            shown = stretch.group().translate(_BYTE)
            if _SUSPECT.search(stretch.group()):
                found = _decoded(shown, _UTF8, "utf-8") or _decoded(shown, _GBK, "gb18030")
                edits += [(stretch.start() + start, stretch.start() + end, new) for start, end, new in found]
        text = text.edit(edits, "mojibake")
    if any(sign in text.clean for sign in _SHOWN_AS_GBK):
        stretches = _WIDE_STRETCH.finditer(text.clean)
        text = text.edit([edit for stretch in stretches for edit in _from_gbk(stretch)], "mojibake")
    return text


def _from_gbk(stretch: regex.Match[str]) -> list[Edit]:
    """The characters of a stretch of UTF-8 that was read as GBK, in the least groups that both share.

    Where bytes were lost on the way, a character is gone: that of a last byte without its pair, for one.
    """
    shown = stretch.group().rstrip("?\ufffd")
    sizes = [len(character.encode("gb18030", errors="ignore")) for character in shown]
    places = {size: place for place, size in enumerate(accumulate(sizes, initial=0))}
    edits: list[Edit] = []
    start = end = covered = 0
    new = ""
    for match in _UTF8.finditer(shown.encode("gb18030", errors="ignore").decode("latin-1")):
        new += "\ufffd" if match.start() > end else ""
        new += match.group().encode("latin-1").decode("utf-8", errors="ignore")
        end = match.end()
        covered += end - match.start()
        if end in places:
            edits.append((places[start], places[end], new))
            start, new = end, ""
    if start < sum(sizes):
        edits.append((places[start], len(stretch.group()), new + "\ufffd"))
    restored = [character for _, _, group in edits for character in group if character != "\ufffd"]
    is_likely = len(restored) >= 2 and sum(map(_is_usual, restored)) >= _SURE * len(restored)
    if not is_likely or covered < _COVERED["utf-8"] * sum(sizes):
        return []
    return [(stretch.start() + first, stretch.start() + last, group) for first, last, group in edits]


def _decoded(shown: str, pattern: regex.Pattern[str], encoding: str) -> list[Edit]:
    """The characters that the bytes `shown` spell in `encoding`, or none where that is no Chinese."""
    edits: list[Edit] = []
    for match in pattern.finditer(shown):
        new = match.group().encode("latin-1").decode(encoding, errors="ignore")
        if len(new) == 1:
            edits.append((match.start(), match.end(), new))
    high = sum(character >= "\x80" for character in shown)
    covered = sum(sum(c >= "\x80" for c in shown[start:end]) for start, end, _ in edits)
    is_likely = _is_wide if encoding == "utf-8" else _is_usual
    likely = sum(is_likely(new) for _, _, new in edits)
    if len({new for _, _, new in edits}) < _DISTINCT:
        return []
    return edits if covered >= _COVERED[encoding] * high and likely >= _SURE * len(edits) else []


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA" or not character.isalpha()


def _is_usual(character: str) -> bool:
    return not character.isalpha() or is_common(simplified(character))


def strip_tails(text: AlignedText, words: Vocabulary) -> AlignedText:
    """Remains of closing tags with shifted bytes (``?! ?/p>``), and commas that doubled in the same way.

    What was lost there is a full stop, where the sentence has none; an open quotation is closed too.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> strip_tails(AlignedText.of("惠及126億人次?! ?/p>"), default_vocabulary()).clean
    '惠及126億人次。'
    """
    clean = text.clean
    if "/p>" in clean:
        question = repair_rules(words).question
        text = text.sub(_TAIL, lambda match: _stop_for(clean, match.start(), question), "tail")
        shifted = text.clean
        text = text.sub(_LAST, lambda match: _final(shifted, match.start(), question), "tail")
    if _PAIR.search(text.clean):
        text = text.sub(_DOUBLED, "", "commas")
    return text


def _stop_for(clean: str, position: int, question: regex.Pattern[str]) -> str:
    """What closes the sentence that ends at `position`; nothing where it is closed."""
    line = clean[max(clean.rfind("\n", 0, position) + 1, position - 400) : position].rstrip()
    if not line or line[-1] in "。!?;…":
        return ""
    stop = "?" if clean[position] == "?" and _is_question(line, question) else "。"
    is_open = line.rfind("“") > line.rfind("”")
    return stop + "”" if is_open else stop


def _final(clean: str, position: int, question: regex.Pattern[str]) -> str:
    line = clean[max(clean.rfind("\n", 0, position) + 1, position - 400) : position]
    return "?" if _is_question(line, question) else "。"


def _is_question(line: str, question: regex.Pattern[str]) -> bool:
    """Whether the last sentence of `line` asks something."""
    start = max(line.rfind(stop) for stop in "。!?;") + 1
    return question.search(line, max(start, len(line) - _CLAUSE)) is not None
