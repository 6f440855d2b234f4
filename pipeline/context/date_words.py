"""The words of a date: the pattern of everything that can date something, and which kind of words a match is.

>>> from pipeline.vocabulary import default_vocabulary
>>> kind_of(atoms(default_vocabulary()).search("截至2023年底,共有31家"))
'dated'

The named groups of the pattern say what was said; `dates` resolves them to days.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

_PARTS = {
    "n": "(?:1[0-2]|0?[1-9]|十[一二]?|[一二两三四五六七八九])",
    "to": r"(?:[ ]?(?:[-—–－~～至到、]|--)[ ]?)",
    "d": r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])",
    "hour": r"[ ]?(?:(?:上午|下午|凌晨|晚上?|傍晚|早上|中午)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|零)"
    r"[时点](?:[0-9]{1,2}分|半|整)?(?:许)?|午夜|中午|上午|下午|凌晨|傍晚|晚间?|夜间|晨)",
    "year": r"(?:(?<![0-9])(?:(?P<y>(?:19|20)[0-9]{2}|[一二][〇零○一二三四五六七八九]{3})[ ]?年度?"
    r"|(?:民国)?(?P<roc>[0-9]{2,3})年)"
    r"|(?P<last>{last})|(?P<this>{this})|(?P<next>{next})|(?P<prev>{prev})|(?<![0-9一二三四五六七八九十几两多半百])(?P<same>{same}))",
    "part": r"(?P<half>[上下前后])半年"
    r"|(?P<first_months>[前头](?P<fm>{n})个?月(?:份)?)"
    r"|(?P<quarters>(?P<qa>[一二1-2])(?:、[二2])?[、和至到—-](?P<qb>[二三四2-4])季度)"
    r"|(?P<new_year>元旦)(?=当天|当日|这天|凌晨)"
    r"|(?P<first_quarters>前(?P<fq>[一二两三1-3])个?季度?)"
    r"|第?(?P<quarter>[一二三四1-4])季度(?P<q_end>末|底)?|(?:第(?P<quarter>[一二三四1-4])|(?P<quarter>首))季度?(?![0-9])"
    r"|(?P<day_range>(?<![0-9.])(?P<a_m>{n})月(?P<a_d>{d})日?(?:{hour})?{to}(?:(?P<b_m>{n})月)?(?P<b_d>{d})日(?:{hour})?)"
    r"|(?P<month_range>(?<![0-9.])(?P<ma>{n})月?(?:份)?{to}(?P<mb>{n})月(?:份)?(?![0-9]{1,2}日))"
    r"|(?P<month>(?<![0-9.])(?P<m>{n})[ ]?月(?!龄|球|饼|薪|嫂)"
    r"(?:(?P<xun>[上中下])旬|(?P<m_end>底|末)|(?P<m_start>初)|份|当月)?"
    r"(?:[ ]?(?P<dd>{d})[ ]?[日号](?!线))?(?:{hour})?)",
}
_ATOM = r"""
  (?P<iso>(?<![0-9])(?P<iso_y>(?:19|20)[0-9]{2})[-/.](?P<iso_m>[01]?[0-9])[-/.](?P<iso_d>[0-3]?[0-9])(?![0-9]))
 |(?P<years>(?<![0-9])(?P<ya>(?:19|20)[0-9]{2})年?{to}(?P<yb>(?:19|20)[0-9]{2})年(?![0-9一二三四五六七八九十]{1,2}月|[前上下底末一二三])度?)
 |(?P<plan>[“"]?(?P<plan_name>十[一二三四五六]五|九五)[”"]?(?:规划|计划)?(?P<plan_part>时期|期间|以来|末|期末)?(?=[^0-9]))
 |(?P<dated>{year}(?:的|[ ]|全年|\(|初至)?(?:{part}|(?P<year_end>年?[底末])(?![0-9])|(?P<year_start>年?初))?)
 |(?P<undated>{part}|(?P<year_end>年[底末])|(?P<whole>全年)(?!度?工作|龄))
 |(?P<now>(?:{now})(?!年))
 |(?P<two_days>今(?:\([^()]{1,12}\))?明(?:两|2)[天日])
 |(?P<dayword>(?P<today>{today})|(?P<yesterday>{yesterday})|(?P<eve>{eve})|(?P<tomorrow>{tomorrow}))(?:\((?:北京时间|当地时间)?(?:[0-9]{1,2}月)?[0-9]{1,2}[日号]\))?
 |(?P<rel_month>(?P<this_month>本月|当月|这个月)|上月|上个月)(?:份)?(?:(?P<rm_d>{d})日)?
 |(?P<rel_week>(?P<weekend>上周末)|(?P<last_week>上周)|(?P<this_week>本周|这周))(?![0-9一二三四五六日天])
 |(?P<weekday>(?<![0-9一二三四五六七八九十每两几多])(?P<wd_week>[上本这下])?个?(?:周|星期)(?P<wd>[一二三四五六日天])(?![0-9次天场均年至到级、]))
 |(?P<ago>(?<![0-9.十])(?P<ago_n>[0-9]{1,2}|[一两二三四五六七八九十])[天日]前(?!后))
 |(?P<day_before>(?:此前|前)一[天日])
 |(?P<trading>(?:截至)?[上前]一?个?交易日)
 |(?P<decade>(?:(?P<century>1[6-9]|20|21)世纪|(?P<past_century>上个?世纪)|(?:本|这个)世纪)(?P<tens>[1-9]0|[一二三四五六七八九]十)年代(?:初期?|中期?|末期?)?)
 |(?P<recent>(?:近|最近|过去|过去的|未来|今后|连续|这|前)(?:[0-9]{1,3}|[一二两三四五六七八九十几]{1,3})(?:个?多?年|个多?月|天|周|日|小时|个?星期)(?:多)?(?:来|以来|间|里|内)?)
 |(?P<span>(?<![0-9])(?:[0-9]{1,3}|[一二两三四五六七八九十几]{1,3})(?:多|余)?(?:年|个多?月|天|周|日)(?:多|余)?(?:以来|来|间)(?!讯|电))
 |(?P<that_day>当日|当天|当晚|当夜)(?![0-9])
 |(?P<at_hour>(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜间)(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[时点](?:[0-9]{1,2}分|半|许|整)?)
 |(?P<by_hour>截至(?:当地时间|北京时间)?(?:收盘|(?:今日|当日|当天|发稿)?(?:上午|下午|晚上?|中午|凌晨)?[0-9]{1,2}[时点](?:[0-9]{1,2}分|许|整)?))
 |(?P<so_far>至此)(?=[,，]|我|全|已|共|该)
 |(?P<vague>自[^,。;:、0-9年月日号今昨前目]{2,24}以来|近年来|早些时候|同期|历年来|届时)
 |(?P<month_day>(?<![0-9.])(?P<md>{d})(?:日(?![报常均元本程内电讯])(?!以内|之内)|号(?=[,上下凌晚发在举开对宣表从]))(?:{hour})?)
 |(?P<day_number>(?<![0-9.a-zA-Z第字街路道巷弄里村区院楼座栋幢室门线列船机艇车])(?P<dn>3[01]|[12][0-9]|[1-9])号(?![{numbered}0-9a-zA-Z/~-])(?:{hour})?)
"""
_LISTS = {
    "last": "year.last", "this": "year.this", "next": "year.next", "prev": "year.before_last",
    "same": "year.same", "today": "day.today", "yesterday": "day.yesterday", "eve": "day.before_yesterday",
    "tomorrow": "day.tomorrow", "now": "now",
}  # fmt: skip
# Nothing that dates begins with another character, save for the words of the lists.
_BEGIN = '0-9一二两三四五六七八九十几民“"上下前后头第首年全本当这近最过未今连截早同历届自周星此凌中傍晚夜元'
BY_ITSELF = ("iso", "years", "plan", "dated", "undated")
KINDS = (
    *BY_ITSELF,
    *("now", "dayword", "rel_month", "rel_week", "recent", "span"),
    *("that_day", "at_hour", "by_hour", "vague", "month_day", "day_number", "weekday", "so_far"),
    *("two_days", "ago", "day_before", "trading", "decade"),
)


@lru_cache(maxsize=8)
def atoms(words: Vocabulary) -> regex.Pattern[str]:
    """The pattern of everything that can date something; the named groups say what was said."""
    lists = {key: words.list(f"period.{name}") for key, name in _LISTS.items()}
    firsts = "".join(sorted({regex.escape(word[0]) for held in lists.values() for word in held}))
    parts = {key: any_of(held) for key, held in lists.items()}
    parts["numbered"] = "".join(words.list("period.numbered"))
    return compose(f"{{begin}}(?:{_ATOM})", begin=f"(?=[{_BEGIN}{firsts}])", **parts, **_PARTS)


def kind_of(match: regex.Match[str]) -> str:
    """Which of `KINDS` a match is."""
    return next(kind for kind in KINDS if match[kind])
