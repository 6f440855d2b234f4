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

OVER = ("高于", "高出", "低于", "低出", "超出", "快于", "慢于", "多于", "少于", "优于", "高过")
_POINTS = frozenset({"百分点", "千分点", "基点"})
RATES = frozenset({"%", "百分点", "‰", "千分点", "倍", "番", "基点", "基本点"})
# What may stand between a word of change and its number.
_BETWEEN = (
    r"(?:了|约|近|超|逾|达|到达|为|是|至|到|幅度|的|大约|将近|超过|接近|同比|明显|较大"
    r"|仅|只|不到|不足|出|高达|已|均|都|也|、|:|\(|“|有|最多|最高|平均|分别|依次|约为|达到|数|则|人民币){0,4}"
)
_LEVEL_AFTER = regex.compile(r"^(?:了)?(?:至|到|为|成)")
_RATE_AFTER = regex.compile(r"^率")
_COMPARED_WITH = regex.compile(r"(?:比|较|同比|环比|按年|按月|相比|同期)[^,。;]{0,16}$")
_MOST_PREFIX = 4
_MOST_OBJECT = 14


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
    noun: regex.Pattern[str]
    over: regex.Pattern[str]
    beyond: regex.Pattern[str]
    saved: regex.Pattern[str]
    verb: regex.Pattern[str]
    after: regex.Pattern[str]
    level: regex.Pattern[str]
    basis: tuple[tuple[Basis, regex.Pattern[str]], ...]
    prior: regex.Pattern[str]
    down: frozenset[str]
    nouns: frozenset[str]


@lru_cache(maxsize=8)
def _patterns(words: Vocabulary) -> _Patterns:
    up, down = words.list("change.up"), words.list("change.down")
    nouns = frozenset(words.list("change.noun.up")) | frozenset(words.list("change.noun.down"))
    after = [*words.list("change.after.up"), *words.list("change.after.down")]
    long = any_of([w for w in (*up, *down) if len(w) > 1 and w not in nouns])
    return _Patterns(
        compose(rf"(?P<verb>{{verb}}){_BETWEEN}$", verb=any_of([*up, *down])),
        compose(r"(?P<verb>{noun})[^,。;0-9]{0,10}$", noun=any_of(nouns)),
        compose(r"(?P<verb>{over})[^,。;0-9]{1,12}$", over=any_of(OVER)),
        compose(r"(?P<verb>超过)[^,。;0-9]{2,12}$"),
        compose(
            r"(?P<verb>{saved})(?:了|近|约|超|超过|将近)?$", saved=any_of(words.list("change.rate.down"))
        ),
        compose("(?P<verb>{verb})", verb=long),
        compose(
            r"(?:的[^,。;:、0-9]{0,5}?)?(?P<verb>{verb})(?![至到为了]|[^,。;]{0,4}[0-9])", verb=any_of(after)
        ),
        compose("{level}", level=any_of(words.list("change.level"))),
        tuple(
            (basis, compose("{word}", word=any_of(words.list(f"basis.{basis}"))))
            for basis in (Basis.YOY, Basis.MOM)
        ),
        compose(
            r"{word}|(?<![可占同环之对相百好])比(?![例重率价值较赛如拼照上])|(?<![比相])较(?![大多快高少低强好小为])",
            word=any_of(words.list("basis.prior")),
        ),
        frozenset(down)
        | frozenset(words.list("change.noun.down"))
        | frozenset(words.list("change.after.down"))
        | frozenset(words.list("change.rate.down"))
        | {"低出", "少于", "慢于"},
        nouns,
    )


def find_change(left: str, unit: str, words: Vocabulary) -> Change | None:
    """The word of change that the quantity after `left` belongs to, or None where it states a level.

    A rate changes when the word stands right before the number (同比增长5%); a count also when the word
    begins the phrase (减少办事材料1000份); 增至, 新增 and 节省 state levels.
    """
    table = _patterns(words)
    match = table.near.search(left, max(0, len(left) - 24))
    if match:
        return _near(left, match, unit, table)
    if unit in RATES:
        match = table.beyond.search(left) if unit in _POINTS else None
        match = match or table.saved.search(left) or table.over.search(left)
        match = match or (table.noun.search(left) if unit == "%" else None)
        return _change(match, table) if match else None
    return _leading(left, table)


def _change(match: regex.Match[str], table: _Patterns) -> Change:
    verb = match["verb"]
    direction = Direction.DOWN if verb in table.down else Direction.UP
    return Change(direction, match.start("verb"), match.end("verb"), verb in table.nouns)


def _near(left: str, match: regex.Match[str], unit: str, table: _Patterns) -> Change | None:
    """The word of change right before the number, unless it says a level (增至) or names a rate (增长率)."""
    verb, at, rest = match["verb"], match.start("verb"), left[match.end("verb") :]
    if verb in table.nouns:
        natural = verb == "增长率" and left[:at].endswith(("自然", "人口"))
        return None if unit not in RATES or natural else _change(match, table)
    if (
        _LEVEL_AFTER.match(rest)
        or _RATE_AFTER.match(rest)
        or (len(verb) == 1 and not _one_letter(left, at, rest))
    ):
        return None
    level = table.level.search(left, max(0, at - 3))
    if level and level.start() <= at < level.end():
        return None
    if verb in ("净增", "净增加") and not _COMPARED_WITH.search(left[:at]):
        return None
    return _change(match, table)


def _one_letter(left: str, at: int, rest: str) -> bool:
    """多 and 高 change something only in a comparison; 升 and 跌 do right before the number."""
    before = left[:at]
    if left[at] in "多少高低快慢早长":
        return rest.startswith("了") or (
            bool(_COMPARED_WITH.search(before)) and not rest.startswith(("的", "量"))
        )
    return left[at - 1 : at] not in tuple("抬提跃新净不起空迫")


def _leading(left: str, table: _Patterns) -> Change | None:
    """减少办事材料 1000 份: the verb begins the phrase and its object stands before the number."""
    match = table.verb.search(left)
    if (
        match is None
        or match.end() == len(left)
        or len(left[: match.start()].strip(" ,、共累计")) > _MOST_PREFIX
    ):
        return None
    rest = left[match.end() :]
    if (
        _LEVEL_AFTER.match(rest)
        or rest[0] in "值率额量幅速"
        or table.level.match(left, match.start())
        or len(rest) > _MOST_OBJECT
        or "的" in left
    ):
        return None
    return _change(match, table)


def find_change_after(right: str, unit: str, words: Vocabulary) -> Change | None:
    """A word of change behind the number: 4.12%的涨幅, 4—6℃降温."""
    match = _patterns(words).after.match(right) if unit in RATES or unit in ("℃", "元") else None
    return _change(match, _patterns(words)) if match else None


def find_change_in(clause: str, words: Vocabulary) -> Change | None:
    """The last word of change of a clause: what 金饰品同比涨得较多 says of the number in the next clause."""
    table = _patterns(words)
    matches = list(table.verb.finditer(clause)) or list(table.noun.finditer(clause))
    return _change(matches[-1], table) if matches else None


def find_basis(clause: str, words: Vocabulary) -> Basis | None:
    """What the change in this stretch of text is measured against: the comparison nearest before the number.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_basis("收案5件,比上月增加", default_vocabulary())
    <Basis.MOM: 'mom'>
    """
    table = _patterns(words)
    best = max(
        ((m.end(), basis) for basis, pattern in table.basis for m in pattern.finditer(clause)), default=None
    )
    if best is not None:
        return best[1]
    if _YEARLY.search(clause):
        return Basis.YOY
    if _MONTH_COMPARED.search(clause):
        return Basis.MOM
    return Basis.PRIOR if table.prior.search(clause) else None


_YEARLY = regex.compile(r"(?<![0-9今去同上前全每当近年])年[增减](?:长|加|少)?(?=[0-9约近])")
_MONTH_COMPARED = regex.compile(r"(?:比|较)(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?![0-9])")
_COMPARISON = regex.compile(
    r"(?:与|同|和|跟)[^,。;]{1,20}?(?:同期)?相?比|(?<![可占同环之对相百])(?:比|较)(?![例重率价值多]|如|试|赛)(?:于)?[^,。;、]{1,22}?(?:的)?"
    r"(?=$|同期|多|少|高|低|快|增|减|上|下|提|降|升|回|扩|缩|收|放|加|跌|涨|贵|便)(?:同期)?"
    r"|超过[^,。;]{0,8}(?:平均|全国|全省|全球)[^,。;]{0,6}$|(?:高于|低于|多于|少于|快于|慢于|优于|高出|超出)[^,。;]{0,12}$|对照上年"
)
_ADVERBS = regex.compile(
    r"(?:同比|环比|按年|按月|年均|月均|分别|依次|均|都|又|也|却|则|大幅度?|明显|显著|小幅|微幅|稳步|持续|继续|进一步|实际|名义|累计|略有|略|再"
    r"|逐步|快速|较快|迅速|总体|整体|不断|有所|相应|折合|可比价|按可比价格?|按不变价|平均|预计|将|了|分辞){1,5}$"
)


def drop_comparison(left: str, words: Vocabulary) -> str:
    """The phrase without what it compares with and how: 收案数比上年同期 → 收案数.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> drop_comparison("平均入库比例比上年同期", default_vocabulary())
    '平均入库比例'
    """
    return str(_ADVERBS.sub("", _COMPARISON.sub("", left)))
