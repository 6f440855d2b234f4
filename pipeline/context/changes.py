"""Whether a quantity states a level, a change or a share, and of a change its direction and basis.

>>> from pipeline.vocabulary import default_vocabulary
>>> find_change("同比增长", "%", default_vocabulary())
Change(direction=<Direction.UP: 'up'>, start=2, end=4, noun=False)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.model import Basis, Direction
from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

RATES = frozenset({"%", "百分点", "‰", "千分点", "倍", "番", "基点", "基本点"})
_POINTS = frozenset({"百分点", "千分点", "基点", "基本点"})
_AFTER_VERB = r"(?:了|约|近|超|逾|达|到达|为|是|至|到|幅度|的|大约|将近|超过|接近|同比|明显|较大|仅|只|不到|不足|出|率|速度|高达|已|均|都|也|、|:|\(|,|“|有|整整|最多|最高|平均|均值|分别|依次|约为|达到|一个|额|数){0,4}"
_LEVEL_AFTER = regex.compile(r"^(?:了)?(?:至|到|为|成)")
_ONE_LETTER_UP = "多高快升涨增长早翻"


@dataclass(frozen=True, slots=True)
class Change:
    """A word of change: its direction and its span in the phrase; ``noun`` for 增速, 降幅 …"""

    direction: Direction
    start: int
    end: int
    noun: bool


@dataclass(frozen=True, slots=True)
class _Patterns:
    near: regex.Pattern[str]
    verb: regex.Pattern[str]
    level: regex.Pattern[str]
    basis: tuple[tuple[Basis, regex.Pattern[str]], ...]
    down: frozenset[str]
    nouns: frozenset[str]


@lru_cache(maxsize=8)
def _patterns(words: Vocabulary) -> _Patterns:
    up, down = words.list("change.up"), words.list("change.down")
    nouns = frozenset(words.list("change.noun.up")) | frozenset(words.list("change.noun.down"))
    verb = any_of([*up, *down])
    long = any_of([w for w in (*up, *down) if len(w) > 1 and w not in nouns])
    return _Patterns(
        compose(rf"(?P<verb>{{verb}}){_AFTER_VERB}$", verb=verb),
        compose("(?P<verb>{verb})", verb=long),
        compose("{level}", level=any_of(words.list("change.level"))),
        tuple((basis, compose("{word}", word=any_of(words.list(f"basis.{basis}")))) for basis in (Basis.YOY, Basis.MOM, Basis.PRIOR)),
        frozenset(down) | frozenset(words.list("change.noun.down")),
        nouns,
    )


def find_change(left: str, unit: str, words: Vocabulary) -> Change | None:
    """The word of change that the quantity after `left` belongs to, or None where it states a level.

    A rate changes when the word stands right before the number (同比增长5%); a count also when the word begins
    the phrase (减少办事材料1000份); 增至, 新增 and 节省 state levels.
    """
    table = _patterns(words)
    match = table.near.search(left, max(0, len(left) - 24))
    if match:
        verb = match["verb"]
        rest = left[match.end("verb") :]
        if _LEVEL_AFTER.match(rest) and verb not in table.nouns:
            return None
        if len(verb) == 1 and not _one_letter(left, match.start("verb"), rest):
            return None
        if table.level.search(left, max(0, match.start("verb") - 3)) and verb not in table.nouns:
            level = table.level.search(left, max(0, match.start("verb") - 3))
            if level and level.start() <= match.start("verb") < level.end():
                return None
        if verb in table.nouns and unit not in RATES and unit != "%":
            return None
        return Change(_direction(left, match, table), match.start("verb"), match.end("verb"), verb in table.nouns)
    return _leading(left, unit, table)


def _one_letter(left: str, at: int, rest: str) -> bool:
    """多 and 高 change something only in a comparison; 升 and 跌 do right before the number."""
    before = left[:at]
    if left[at] in "多少高低快慢早长":
        return bool(regex.search(r"(?:比|较|同比|环比|按年|按月|相比|同期)[^,。;]{0,16}$", before)) and not rest.startswith(("的", "量"))
    return left[at - 1 : at] not in tuple("抬提攀飙跃回升上下新净不") or left[at - 1 : at] in tuple("上下回攀飙")


def _leading(left: str, unit: str, table: _Patterns) -> Change | None:
    """减少办事材料 1000 份: the verb begins the phrase and its object stands before the number."""
    if unit in RATES:
        return None
    match = table.verb.search(left)
    if match is None or left[: match.start()].strip(" ,、共累计为已并可了将全年预计平均每年市省区县国其中") or match.end() == len(left):
        return None
    verb, rest = match["verb"], left[match.end() :]
    if _LEVEL_AFTER.match(rest) or table.level.match(left, match.start()) or len(rest) > 14 or "的" in rest[:1]:
        return None
    return Change(Direction.DOWN if verb in table.down else Direction.UP, match.start(), match.end(), False)


def _direction(left: str, match: regex.Match[str], table: _Patterns) -> Direction:
    return Direction.DOWN if match["verb"] in table.down else Direction.UP


def find_basis(clause: str, words: Vocabulary) -> Basis | None:
    """What the change in this stretch of text is measured against: the comparison nearest before the number.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_basis("收案5件,比上月增加", default_vocabulary())
    <Basis.MOM: 'mom'>
    """
    best: tuple[int, int, Basis] | None = None
    for basis, pattern in _patterns(words).basis:
        for match in pattern.finditer(clause):
            rank = (match.end(), 0 if basis is Basis.PRIOR else 1)
            if basis is Basis.PRIOR and best and best[0] >= match.start():
                continue
            if best is None or rank > best[:2]:
                best = (match.end(), rank[1], basis)
    return best[2] if best else None


def drop_comparison(left: str, words: Vocabulary) -> str:
    """The phrase without what it compares with and how: 收案数比上年同期 → 收案数.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> drop_comparison("平均入库比例比上年同期", default_vocabulary())
    '平均入库比例'
    """
    out = _COMPARISON.sub("", left)
    return _ADVERBS.sub("", out)


_COMPARISON = regex.compile(
    r"(?:与|同|和|跟)[^,。;]{1,20}?(?:同期)?相比|(?:比|较)(?![例重率价值多]|如|试|赛)(?:于)?[^,。;、]{1,22}?(?:的)?(?=$|同期|多|少|高|低|快|增|减|上|下|提|降|升|回|扩|缩|收|放|加|跌|涨)(?:同期)?"
    r"|(?:高于|低于|多于|少于|快于|慢于|优于)[^,。;]{0,12}$|对照上年"
)
_ADVERBS = regex.compile(r"(?:同比|环比|按年|按月|年均|月均|分别|依次|均|都|又|也|却|则|大幅度?|明显|显著|小幅|微幅|稳步|持续|继续|进一步|实际|名义|累计|略有|略|再|逐步|快速|较快|迅速|总体|整体|不断|有所|相应|折合|可比价|按可比价格?|按不变价|平均|预计|将|了){1,5}$")
