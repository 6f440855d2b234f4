"""The numeral lexer: one pass that names every numeral of a text by its class.

The classes are tried in order, most specific first; `regex` tells which one matched by the group's name.
``number``, ``half``, ``fraction``, ``slashed``, ``ratio`` and ``doubling`` can become quantities, an
``ordinal`` a rank; all the others are decoys, or are read by another part of the pipeline (dates by
`context.periods`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

_HZ_DIGIT = "[零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖俩]"
_HZ_YEAR = "[一二][〇零○一二三四五六七八九]{3}"
_ONE_TO_NINE = "[一二三四五六七八九]"
PARTS = {
    # ── numerals ──────────────────────────────────────────────────────────────────────────────────────────
    "grouped": r"[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])(?!,[0-9])",
    "arabic": r"(?:{grouped}|[0-9]{1,24})(?:\.[0-9]{1,12})?",
    # 千 of 千瓦 and 百 of 百分点 belong to the unit, 百 of 百姓 to the noun
    "scale": r"(?:[十拾廿卅亿]|万(?![物众象])|兆(?![瓦帕赫字比欧焦])|百(?!分[点之]|[帕姓货])|佰"
    r"|[千仟](?![瓦米克伏卡焦赫帕]|分[点之])|千(?=克拉))",
    "hz_digit": _HZ_DIGIT,
    "one_to_nine": _ONE_TO_NINE,
    "liang": r"两(?=[百千万亿十])",
    "piece": r"(?:{scale}|{hz_digit}|{liang})",
    "decimal": r"点[零〇一二三四五六七八九叁]{1,12}(?:(?=[百千万亿]){scale}){0,2}",
    "step": r"零?(?:{arabic}|{hz_digit}){scale}{1,3}|[ ](?:{arabic}|{hz_digit})[千百十](?![万亿千百瓦米克])",
    "rest": r"零(?:{arabic}|{hz_digit})(?![0-9])|(?<=万)[0-9],?[0-9]{3}(?![0-9,.]|{scale})",
    "tail": r"(?:[ ](?=[万亿](?![达科州众一元户里家物])))?{scale}{1,3}(?:{step}){0,4}(?:{rest})?",
    "mixed": r"{arabic}(?:{tail})?",
    "hanzi": r"(?:两|半(?=百)|{piece}){piece}{0,30}(?:{decimal})?",
    "more": r"[多余几来]",
    "after_round": r"(?<![1-9一二三四五六七八九两])[多几来]|余",  # 20多, not 3来电
    "numeral": r"(?:{mixed}|{hanzi})",
    # ── dates and times ───────────────────────────────────────────────────────────────────────────────────
    "month": r"(?:1[0-2]|0?[1-9]|十[一二]?|{one_to_nine})月(?:份|初|底|末|中旬|上旬|下旬)?",
    "day": r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十{one_to_nine}?|{one_to_nine})[日号](?!大|龄)",
    "year": rf"(?:(?:19|20)[0-9]{{2}}|{_HZ_YEAR})年?(?:度|版|款)?",
    "upto": r"[-—–－~～至到、和]{1,2}",
    "clock": r"(?:[01]?[0-9]|2[0-4])(?::[0-9]{2}){1,2}",
    "hour": r"(?:[01]?[0-9]|2[0-4]|十{one_to_nine}?|二十[一二三四]?|[一二三四五六七八九两零])",
    "minute": r"(?:[0-5]?[0-9]|零?{one_to_nine}|[一二三四五]?十{one_to_nine}?)分(?!之)(?:[0-5]?[0-9]秒)?"
    r"|[二三四五]十{one_to_nine}?(?![个人家件项名%元万亿千百多余])|半|整|许|左右|[一三]刻|钟",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral found in the text and the class it was given.

    ``kind`` is ``number`` or says what else the numeral is; ``word`` is the fixed word or the neighbour that
    an ``idiom`` or a ``name`` was refused for.
    """

    start: int
    end: int
    kind: str
    text: str
    word: str = ""


_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# No class begins with another character, save for the currency signs and after a quotation mark.  To look at
# this first makes the search several times as fast.
_BEGIN = (
    r"0-9A-Za-z.\-−_$¥￥€£№〔\[(“\"'①-⑳ 零〇○一二三四五六七八九十百千万亿兆两俩壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
    rf"半几数上本第前头后负翻公{_PLATES}"
)

# name -> pattern, in the order in which they are tried
_CLASSES = {
    "hotline": r"(?<![0-9])(?:1[0-9]{2}|9[56][0-9]{3}|1[0-9]{4})(?=[\"”]?{hotline})",
    "address": r"(?:https?://|www\.)[\x21-\x7e]{1,200}|[A-Za-z0-9._-]{1,40}@[A-Za-z0-9.-]{1,40}",
    "datetime": r"(?<![0-9])(?:19|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9](?:[ T]?{clock})?(?![0-9])"
    r"|(?<![0-9:]){clock}(?![0-9:])|(?<![0-9])(?:19|20)[0-9]{2}[-/][01][0-9](?![0-9])",
    "phone": r"(?<![0-9])(?:\(0[0-9]{2,3}\)[ ]?[0-9]{7,8}|0[0-9]{2,3}-[0-9]{7,8}|1[3-9][0-9]{9}"
    r"|[48]00(?:-?[0-9]{3}-?[0-9]{4}|-?[0-9]{4}-?[0-9]{3}))(?![0-9]|[%万亿元件个家名户次吨起条套辆亩]|人(?!工)|项(?!目)|台(?![州湾北中南风])|{long_measure})",
    "serial": r"(?<![0-9A-Za-z.,-])(?:0[0-9]{3,23}|[0-9]{12,24})(?![0-9]|[.,][0-9]|[ ]?\p{Han}|[%$])",
    "plate": rf"[{_PLATES}]"
    r"[A-Z][·•]?[0-9A-Z]{5,6}(?![0-9A-Z])",
    "document": r"[〔\[(](?:19|20)[0-9]{2}[〕\])](?:第?[0-9]{1,6}号?)?|(?:No\.?|№)[ ]?[0-9]{1,6}",
    "plan": r"[“\"']?十[一二三四六]五[”\"']?(?=规划|期间|以来|时期|末|开局|收官|计划|[^0-9])"
    r"|[“\"](?:十[一二三四六]?五|[一二六七八九]五)[”\"]",
    "quoted": r"(?<=[“\"「《])[^“”\"「」《》\n]{0,8}[0-9一二三四五六七八九十]{1,5}"
    r"(?:[·+.][0-9一二三四五六七八九十]{1,3}|号)?(?=[”\"」》])",
    "event": r"(?<![0-9])[0-9]{1,2}[·•・][0-9]{1,2}(?![0-9])|[0-9]\+[0-9NX]|[NX]\+[0-9]",
    "ordinal": r"第[ ]?(?:[0-9]{1,5}|[一二三四五六七八九十百千零〇两]{1,7})"
    r"(?:[-—~至、]第?(?:[0-9]{1,4}|[一二三四五六七八九十]{1,4}))?",
    "decade": r"(?<![0-9])[0-9][05]后(?![续来])|(?:(?:上|本)世纪)?(?:[1-9]0|[二三四五六七八九]十)年代"
    r"|(?:[0-9]{1,2}|二十一?|十{one_to_nine})世纪",
    "span": r"(?:(?<!提)前|头|(?<!前)后)(?:[0-9]{1,2}|[一二三四五六七八九十两]{1,2})个?(?:月份?|季度)"
    r"|前[三二两四]季",
    "date": r"(?<![0-9.])(?:{year}(?:{upto}{year})?"
    r"(?:{month}(?:{upto}{month})?(?:{day}(?:{upto}(?:{month})?{day})?)?)?"
    r"|{month}(?:{upto}(?:{year})?{month})?(?:{day}(?:{upto}(?:{month})?{day}){0,2})?"
    r"|(?:[0-9]{1,2}[、和]){0,3}[0-9]{1,2}[-—–~至到、和][0-9]{1,2}月(?:份)?(?:{day})?"
    r"|(?<!拘留|拘役|罚款|[0-9]个)[ ]?{day}(?:{upto}(?:{month})?{day}){0,3}|(?<=今年|去年|年|月)[3-9][0-9]日)"
    r"(?<!(?:19|20)[0-9][0-9])(?!(?<!月)(?:内|以内|之内)|以上|后[^0-9,。]{0,2}(?:上缴|上诉))"
    r"|(?<![0-9.,])(?:19|20)[0-9]{2}(?:[-—–~/至](?:19|20)?[0-9]{2}){1,2}(?=年|赛季|财年|学年|年度)(?:年度?)?"
    r"|公元前?[0-9]{1,4}年",
    # 八点 is a time, 八点五 a number, 八点五分 a time again
    "time": r"(?<![0-9.涨跌升降]){hour}(?:时|点(?!{hz_digit}(?!十|分(?!之))))(?:{minute})?(?![0-9多余个%])",
    "listing": r"(?:(?<=\n)|(?<=^))[ ]{0,8}(?:[0-9]{1,2}[.、)](?![0-9])|\([0-9]{1,2}\)"
    r"|\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}[、.])|[①-⑳]",
    "doubling": r"翻了?(?:{one_to_nine}|两|[1-9])?番",
    "fraction": r"(?:负)?(?:{numeral}{more}?|(?:{numeral})?[百千])分之(?:负)?(?:{numeral})"
    r"(?:(?:至|到|[-—~]|、)(?:百分之)?(?:{numeral}))?(?:{more})?",
    "ratio": r"(?<![0-9.:])[0-9]{1,5}(?:\.[0-9]{1,6})?"
    r"(?:[:∶](?![0-9]{2}[:])[0-9]{1,5}(?:\.[0-9]{1,6})?){1,3}(?![0-9:])",
    "slashed": r"(?<![0-9./])[0-9]{1,3}/[0-9]{1,3}(?![0-9/])",
    "score": r"(?<![0-9])[0-9]{1,3}比[0-9]{1,3}(?![0-9])",
    "currency": r"(?<![A-Za-z]){sign}[ ]?(?=[0-9])",
    "latin": r"(?<![A-Za-z])(?:[a-z]{0,2}[A-Z][A-Za-z]{0,12}"
    r"(?:(?:[-.‐]?|[ ](?=[0-9.]{1,6}(?![0-9个家件名项人次台座倍])))"
    r"[0-9]{1,5}(?:\.[0-9]{1,2})?[A-Za-z]{0,4}){1,3}|[vV][0-9]{1,2}(?:\.[0-9]{1,3}){1,3})"
    r"(?![0-9.%万亿千百元]|个百分点)",
    "half": r"一半|半(?!百)数?",
    # the 一 of 唯一一个 belongs to the word before; what is counted is the next one
    "number": r"(?!(?<=[唯惟统单同专逐])一[一二两三])(?<![0-9A-Za-z])(?:(?<!\.)|(?<=\.\.))"
    r"(?:[-−](?=[0-9.])(?<![-−0-9A-Za-z%‰)人件元年月日万亿千百十家个吨米里度℃起名][-−])"
    r"|负(?=[0-9一二三四五六七八九十])|零下(?=[0-9一二三四五六七八九十]))?"
    r"(?:(?<=[$¥￥€£])[0-9]{1,3}(?=,[0-9]{3}{money})"
    r"|(?!零[0-9])(?:{numeral})(?:{more}{scale}{1,3}|{after_round}){0,2}"
    r"|(?<!\.)\.[0-9]{1,6}|[几数]十?{scale}{0,3}|上{scale}{1,3})"
    r"|(?<=[A-Za-z]{3})(?:{arabic}){scale}{0,3}(?=[%元亿万])",
}  # fmt: skip


@lru_cache(maxsize=8)
def lexer(words: Vocabulary) -> regex.Pattern[str]:
    """The one pattern that classifies numerals; the class is the name of the group that matched."""
    signs = [sign for sign in words.units_before if len(sign) > 2 or not sign.isalpha()]  # RM5 is a name
    money = [w for w, unit in words.units.items() if unit.dimension == "money" and "/" not in w]
    firsts = "".join(sorted({regex.escape(sign[0]) for sign in signs}))
    template = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASSES.items())
    return compose(
        "{begin}(?:" + template + ")",
        **PARTS,
        begin=rf"(?=[{_BEGIN}{firsts}])|(?<=[“\"「《])",
        hotline=any_of(words.list("decoy.hotline")),
        sign=any_of(signs),
        money=any_of(money),
        long_measure=any_of(w for w in words.units if len(w) > 1 and "/" not in w),
    )
