"""What stands on a page beside the article: navigation, credits, notices, remains of printing.

>>> from pipeline.vocabulary import default_vocabulary
>>> page = AlignedText.of("首页 > 新闻 > 正文\\n全年审结12万件。【编辑:某某】\\n上一页 1 2 下一页")
>>> remove_boilerplate(page, default_vocabulary()).clean
'全年审结12万件。\\n'
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import Vocabulary

DATE = r"(?:19|20)\d\d[\-/.年]\d{1,2}[\-/.月](?:\d\d(?=\d\d:)|\d{1,2})日?"
CLOCK = r"[ T]{0,4}\d{1,2}[:时]\d\d(?:(?::|分)\d\d秒?)?分?"
_SHORT = 80
_NOTICES = 4  # a notice removed moves the last part of the text; so often it is looked at again
_HEAD = 12  # lines in which the header and the navigation above it stand
QUANTITY = regex.compile(r"\d(?:[.,]?\d){0,12}[ ]?(?:[%‰]|(?![年月日时分号])\p{Han})")
_PRINTED = r"(?:19|20)\d\d[\-/.]\d{1,2}[\-/.]\d{1,2}"
_RESIDUE = regex.compile(
    rf"""(?:\d{{1,6}}[ ])?{_PRINTED}(?:{CLOCK})?(?:[ ]\d{{1,9}})?(?:[ ]?[\d.]{{1,9}}MB)?[ ]?(?:推荐|更新)?
      |[\d.]{{1,9}}[ ]?[KMG]B
      |(?:(?:页码:|当前|共)?(?:第?[ ]?\d{{1,3}}[ ]?页|(?<=:)\d{{1,3}})[ ,/|]{{0,3}}){{1,3}}
      |(?:\d{{1,3}}[ ]?[/|][ ]?\d{{1,3}}|[\W_]{{2,40}}|-{{0,3}}[ ]?第?\d{{1,3}}页?[ ]?-{{1,3}})
    """,
    regex.VERBOSE,
)
_CLOCKED = regex.compile(r"\d[:时]\d\d")
_DIGITS = regex.compile(r"(?:19|20)\d\d")
_KEYWORDS = regex.compile(r"[^。,!?\d\n_]{2,30}(?:_[^。,!?\d\n_]{2,30}){3,12}")
_LISTED = regex.compile(r"[^\W\d_]{2,6}(?:[,|][^\W\d_]{2,6}){4,30}")
_TOP = 3  # lines in which a list of keywords without a sign of its own stands
_SPLIT = regex.compile(r"[\s|>»/·•【】\[\]()<:,\-\d]{1,40}")
_CRUMBS = regex.compile(r"[^。!?;>»\n]{1,30}(?:[ ]{0,2}(?:>{1,2}|»|>>)[ ]{0,2}[^。!?;>»\n]{1,30}){1,8}")


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """The patterns and sets made from the vocabulary's words."""

    items: frozenset[str]
    opens: frozenset[str]  # what a server's fault or a credit in brackets begins with
    begins: frozenset[str]  # the letters that navigation begins with
    start: regex.Pattern[str]
    item: regex.Pattern[str]
    credit: regex.Pattern[str]
    notice: regex.Pattern[str]
    site: regex.Pattern[str]
    site_word: regex.Pattern[str]
    fault: regex.Pattern[str]
    run_on: regex.Pattern[str]


@lru_cache(maxsize=8)
def boilerplate_rules(words: Vocabulary) -> BoilerplateRules:
    """The rules for a vocabulary."""
    labels = [word for name in ("date", "source", "author", "other") for word in words.list(f"header.{name}")]
    credit, site = any_of(words.list("boilerplate.credit")), any_of(words.list("boilerplate.site"))
    items, starts = words.list("boilerplate.item"), words.list("boilerplate.start")
    value = r"[ ]{0,3}[^\s】\])\[(【|:]{0,20}?"
    return BoilerplateRules(
        items=frozenset(items),
        opens=frozenset("【[(" + "".join(word[0] for word in words.list("boilerplate.fault"))),
        begins=frozenset("首您网第页当共" + "".join(word[0] for word in [*items, *starts])),
        start=compose("{word}", word=any_of(starts)),
        item=compose(  # one entry of a header line: a label with its value, or a date
            "(?:{date}(?:{clock})?|{label}[ ]{0,2}:{value}(?={label}|{date}|[\\s】\\])\\[(【|]|$))",
            label=any_of(labels),
            value=value,
            date=DATE,
            clock=CLOCK,
        ),
        credit=compose(
            r"[【\[(][ ]{0,2}{credit}[ ]{0,2}[:/][^】\])\n。;]{1,40}[】\])]"
            r"|(?<=[。!?”])[(]完[)](?=[ ]{0,4}(?:\n|[【\[(]|\Z))",
            credit=credit,
        ),
        notice=compose(
            r"(?:【[^】\n]{2,8}】)?{notice}[ ]{0,2}:[^\n]{0,200}{site}[^\n]{0,400}",
            notice=any_of(words.list("boilerplate.notice")),
            site=site,
        ),
        fault=compose("{word}", word=any_of(words.list("boilerplate.fault"))),
        site_word=compose("{site}", site=site),
        site=compose(r"(?<=[。!\n])[^。\n]{0,200}{site}[^。\n]{0,200}。?", site=site),
        run_on=compose(
            r"{credit}[ ]{0,2}:[ ]{0,2}\p{Han}{2,4}{date}{clock}", credit=credit, date=DATE, clock=CLOCK
        ),
    )


def remove_boilerplate(text: AlignedText, words: Vocabulary) -> AlignedText:
    """The text without what stands beside the article; a sentence that holds a quantity is never removed."""
    rules = boilerplate_rules(words)
    text = text.sub(rules.run_on, "\n", "boilerplate")
    # Lines before credits: a line that is a credit marks the end of the article.
    if "\n" in text.clean.strip():  # a line by itself has nothing that it could stand beside
        text = text.edit(_line_edits(text.clean, rules), "boilerplate")
    text = text.sub(rules.credit, "", "boilerplate")
    for _ in range(_NOTICES):
        shorter = _remove_notices(text, rules)
        if shorter is text:
            break
        text = shorter
    return text


def is_boilerplate(line: str, rules: BoilerplateRules) -> bool:
    """Whether a whole line is navigation, a header, a credit or a remain.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> rules = boilerplate_rules(default_vocabulary())
    >>> [is_boilerplate(line, rules) for line in ("【打印】 【关闭】", "广州市水务局", "2025-12-17 08:53")]
    [True, False, True]
    """
    line = line.strip()
    if not line:
        return False
    if line[0] in rules.opens and (rules.fault.match(line) or rules.credit.fullmatch(line)):
        return True
    if len(line) > _SHORT or line.endswith("。"):
        return ":" in line[:12] and len(line) <= 4 * _SHORT and rules.notice.fullmatch(line) is not None
    if (line[0] in rules.begins or not line[0].isalpha()) and _is_navigation(line, rules):
        return True
    return is_header(line, rules)


def _is_navigation(line: str, rules: BoilerplateRules) -> bool:
    """Whether a short line is a remain, breadcrumbs or made of nothing but labels."""
    if rules.start.match(line) or _RESIDUE.fullmatch(line):
        return True
    if line[0] in "首您网" and _CRUMBS.fullmatch(line):
        return True
    return all(part in rules.items for part in _SPLIT.split(line) if part)


def is_header(line: str, rules: BoilerplateRules) -> bool:
    """Whether a line is made of labels with values and dates: 发布时间:2018-05-21 16:12:30 来源:某报."""
    if len(line) > 2 * _SHORT or "。" in line or not (":" in line or _DIGITS.search(line)):
        return False
    rest, entries = rules.item.subn("", line)
    if not entries or (entries == 1 and ":" not in line):
        return False
    left = [part for part in _SPLIT.split(rest) if part and part not in rules.items]
    is_several = entries > 1 and not QUANTITY.search(rest)
    return sum(map(len, left)) <= (24 if is_several else 10 if entries > 1 or _CLOCKED.search(line) else 0)


def _remove_notices(text: AlignedText, rules: BoilerplateRules) -> AlignedText:
    """Sentences about the site in the last part of the text."""
    late = len(text.clean) * 3 // 5
    if not rules.site_word.search(text.clean, late):
        return text
    for pattern in (rules.notice, rules.site):
        found = [match for match in pattern.finditer(text.clean, late) if not QUANTITY.search(match.group())]
        text = text.edit([(*match.span(), "") for match in found], "boilerplate")
    return text


def _line_edits(clean: str, rules: BoilerplateRules) -> list[tuple[int, int, str]]:
    """The lines to take out, each with its line end."""
    lines = clean.split("\n")
    kept = [not is_boilerplate(line, rules) for line in lines]
    _drop_site_head(lines, kept)
    if all(kept):
        return []
    _drop_site_tail(lines, kept)
    edits: list[tuple[int, int, str]] = []
    start = 0
    for line, keep in zip(lines, kept, strict=True):
        end = min(start + len(line) + 1, len(clean))
        if not keep and line.strip():
            edits.append((start, end, ""))
        start = end
    return edits


def _drop_site_head(lines: list[str], kept: list[bool]) -> None:
    """The site's name and slogans above the breadcrumbs, and lists of keywords at the top."""
    for index, line in enumerate(lines[:_HEAD]):
        bare = line.strip()
        is_top = index < _TOP < len(lines)
        if ("_" in bare and _KEYWORDS.fullmatch(bare)) or (is_top and _LISTED.fullmatch(bare)):
            kept[index] = False
        if not kept[index] and (">" in line or "»" in line):
            for above in range(index):
                head = lines[above].strip()
                kept[above] = kept[above] and (len(head) > 30 or any(map(str.isdigit, head)) or "。" in head)


def _drop_site_tail(lines: list[str], kept: list[bool]) -> None:
    """Short lines without a stop or a quantity after the article's last credit."""
    total = sum(map(len, lines))
    seen = 0
    last = None
    for index, line in enumerate(lines):
        seen += len(line)
        if not kept[index] and line.strip() and seen >= total * 0.6:
            last = index if last is None else last
        elif last is not None and line.strip():
            if len(line) > 40 or "。" in line or QUANTITY.search(line):
                last = None
            else:
                kept[index] = False
