"""What a single line can be: a numbered heading, a label, a byline, a short line that may head a paragraph.

>>> from pipeline.vocabulary import default_vocabulary
>>> shapes = shapes_of(default_vocabulary())
>>> shapes.is_body("某市水务局"), shapes.is_aside("责任编辑:某某"), shapes.is_aside("民生改善见实效")
(True, True, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.vocabulary.words import Vocabulary


class Rank(IntEnum):
    """The conventions of headings, from the one that stands above to the one that stands below."""

    CHAPTER = 0
    SECTION = 1
    SLOGAN = 2
    BLOCK = 2
    CASE = 3
    ARTICLE = 4
    HANZI = 5
    HANZI_BRACKET = 6
    ORDER = 7
    DIGIT = 8
    DIGIT_BRACKET = 9
    CIRCLED = 10
    SYMBOL = 11
    LABEL = 12
    INNER = 13
    PART = 14


NUMBER = compose(
    r"""
      (?P<chapter>  第 {count} [编章篇] (?:[ \t:、.]{0,4}|\b) )
    | (?P<section>  第 {count} (?:部分|节) [ \t:、.]{0,4} )
    | (?P<article>  第 {count} 条 (?: [ \t、:]{1,4} | \Z) )
    | (?P<case>     (?:{kind})? 案例 (?: [ ]? {count} [ ]? 号? | 之 {hanzi} )
                    (?: [ \t]{0,3} [|丨｜│:、.\-—] [ \t]{0,3} | [ \t]{1,4} | \Z ) )
    | (?P<hanzi_bracket>  [(〔] [ ]? (?: {hanzi} [ ]? )? [)〕] [、.]? [ \t]{0,4} )
    | (?P<hanzi>    {hanzi} [ ]? [、.] (?! {hanzi} [、.]? [审级]) [ \t]{0,4} | 、 [ \t]{0,2} (?=\p{Han}) )
    | (?P<digit_bracket>  [(] [ ]? [0-9]{1,2} [ ]? [)] [、.]? [ \t]{0,4} )
    | (?P<order>    0 [1-9] [ \t.、|丨｜:/]{0,4} (?=[\p{Han}“《"]) )
    | (?P<digit>    [0-9]{1,2} (?: [ ]? [.、] (?![0-9]) [ \t]{0,4} ) )
    | (?P<circled>  [①-⑳❶-❿] [、.]? [ \t]{0,4} )
    | (?P<symbol>   [◆◇■□●○◎★☆▶►▌▍▎❖※♦] [ \t]{0,4} )
    """,
    count=r"(?: {hanzi} | [0-9]{1,4} )",
    hanzi="[一二三四五六七八九十百]{1,4}",
    kind="典型|指导性|指导|参考|优秀|警示|侵权|违法",
)
RANKS = {
    "chapter": Rank.CHAPTER,
    "section": Rank.SECTION,
    "case": Rank.CASE,
    "article": Rank.ARTICLE,
    "hanzi": Rank.HANZI,
    "hanzi_bracket": Rank.HANZI_BRACKET,
    "order": Rank.ORDER,
    "digit": Rank.DIGIT,
    "digit_bracket": Rank.DIGIT_BRACKET,
    "circled": Rank.CIRCLED,
    "symbol": Rank.SYMBOL,
}
LEAD = compose(r"(?P<lead> [^。;!?:\n]{3,36} ) 。")
RUNG = compose(r"(?P<rung> [0-9]{1,2} ) [ ]{1,3} (?=[\p{Han}“《\"0-9]) ")
INNER_STOP = compose(r"[。;!?…]")
HAN = compose(r"\p{Han}")
DATED = compose(
    r"""
      [0-9]{4} (?: [年.\-/] [ ]? [0-9]{1,2} (?: [月.\-/] | \b ) )
    | [0-9]{4} (?: [.年] [0-9]{0,2} )? [ ]? [-—–~至] [ ]? (?: [0-9]{4} | \Z | [ ] )
    | [0-9]{1,2} 月 [0-9]{1,2} 日 (?: [,] | \Z )
    | [0-9]{1,2} : [0-9]{2}
    """
)
FURNITURE = compose(
    r"""
      \( [^()]{0,60} \) \Z
    | [—–\-―─]{1,3} [^—]
    | […*#=_~+→←↑↓▲△▼▽↗↘]
    | (?:https?:|www\.)
    | \[ [^\]\n]{1,60} \] \(
    | [^\n]{0,30} \s > \s
    | [^|\n]{0,60} \| [^|\n]{0,60} \|
    | \S{1,20} (?: [ \t]{2,8} \S{1,20} ){3}
    | 第? [ ]? [0-9]{1,3} [ ]? 页 | 第 {hanzi} 页 \Z
    | [^\n:]{2,10} : [ ]? [0-9]
    | [^\n]{1,40} (?: 资料图 | 图源 | 图片来源 | 资料照片 )
    | [■◆□] [ ]? \p{Han}{2,3} (?: [ ]{1,3} \p{Han}{2,3} ){1,3} \Z
    | [^\n]{0,14} (?:记者|通讯员) (?! 节 | 站 | 调查 | 观察 | 手记 | 探访 | 发现 | 走访 | 体验)
    | (?:作者|责编|编辑) [ ]{0,2} \p{Han}{2,4} \Z
    | 本[报刊网台] [^\n]{0,8} [ ] \p{Han}{2,4} \Z
    | 《 [^《》\n]{2,12} [网报刊社者台] 》 [ ]? \p{Han}{2,3} \Z
    | [■◆□] [ ]? [\p{Han}A-Za-z]{2,12} [ ,]? [1-9][0-9]岁
    """,
    hanzi="[一二三四五六七八九十百]{1,4}",
)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The patterns that are made from the word lists."""

    aside: regex.Pattern[str]
    credit: regex.Pattern[str]
    body: regex.Pattern[str]
    region: regex.Pattern[str]
    field: regex.Pattern[str]
    bracket: regex.Pattern[str]
    bracket_noise: regex.Pattern[str]
    task: regex.Pattern[str]
    parts: frozenset[str]

    def is_aside(self, line: str) -> bool:
        """The line is a byline, a caption, a date, a table row or page furniture."""
        return (
            self.aside.match(line) is not None
            or self.credit.search(line, max(0, len(line) - 12)) is not None
            or FURNITURE.match(line) is not None
            or DATED.match(line) is not None
            or len(HAN.findall(line[:80])) < 2
        )

    def is_body(self, name: str) -> bool:
        """The words are the name of a body, and nothing else."""
        return self.body.fullmatch(name) is not None

    def is_region(self, name: str) -> bool:
        """The words are the name of a region, and nothing else."""
        return self.region.fullmatch(name) is not None


@cache
def shapes_of(words: Vocabulary) -> Shapes:
    """The patterns for `words`; KeyError when a list is missing."""
    return Shapes(
        aside=compose(
            r"(?:[■◆●★▌◎][ ]{0,2})? (?: {label} [ ]{0,3} [:丨|｜/] | {start} )",
            label=any_of(words.list("heading.aside_labels")),
            start=any_of(words.list("heading.aside_starts")),
        ),
        credit=compose(r"{end} [)\]】”]{0,2} \Z", end=any_of(words.list("heading.aside_ends"))),
        body=compose(
            r"(?! \p{Han}{0,28} (?:的|{verb}) ) \p{Han}[\p{Han}·()]{1,28} (?<={end}) (?<!{other})",
            verb=any_of(words.list("heading.body_verbs")),
            end=any_of(words.list("heading.body_ends")),
            other=any_of(words.list("heading.body_not_ends")),
        ),
        region=compose(
            r"\p{Han}{2,12} (?<={end}) (?<!{other})",
            end=any_of(words.list("heading.region_ends")),
            other=any_of(words.list("heading.region_not_ends")),
        ),
        field=compose(
            r"""
            [【\[]? (?: (?P<organisation>{o}) | (?P<category>{c}) | (?P<project>{p}) ) [】\]]?
            [ ]{0,3} : [ ]{0,3} (?P<value>[^\n]{1,60})
            """,
            o=any_of(words.list("heading.organisation_labels")),
            c=any_of(words.list("heading.category_labels")),
            p=any_of(words.list("heading.project_labels")),
        ),
        bracket=compose(r"【 (?P<label>[^【】\n]{2,30}) 】 [ ]{0,4}"),
        bracket_noise=compose(r"{noise}", noise=any_of(words.list("heading.bracket_noise"))),
        task=compose(r"{verb}", verb=any_of(words.list("heading.task_starts"))),
        parts=frozenset(words.list("heading.parts")),
    )
