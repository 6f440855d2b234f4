"""Copies of articles as the web makes them: wrapped, truncated, spun, in Traditional script."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from pipeline.duplicates.group import Signed
from pipeline.duplicates.signature import sign
from pipeline.model import Article, Document
from pipeline.stages import clean_document, open_article
from pipeline.vocabulary import default_vocabulary

BEFORE = (
    "首页 > 新闻频道 > 本地要闻 > 正文",
    "您现在的位置：网站首页 >> 今日关注",
    "登录 | 注册 | 手机版 | 加入收藏",
    "来源：云州在线  编辑：小林  2021-03-05 10:22",
    "【字号：大 中 小】 打印本页 关闭窗口",
    "分享到：微信 微博 空间 更多",
    "点击上方蓝色字体，关注我们，每天获取更多本地资讯。",
    "发布时间：2020年05月06日 09:12  浏览次数：1,234",
)
AFTER = (
    "责任编辑：林一",
    "声明：本网注明“来源：某某”的作品均转载自其他媒体，目的在于传递更多信息，不代表本网观点。",
    "相关阅读：",
    "· 我市部署下半年重点工作 各区县负责人参加",
    "· 春季义务植树活动启动 两千名志愿者走进北山",
    "· 夏天这样吃更健康 营养师给出五条建议",
    "上一篇：关于做好汛期值守工作的通知",
    "下一篇：文化惠民演出走进南湖社区",
    "联系我们 | 关于本站 | 网站地图 | 法律声明",
    "热点推荐 本周排行 图片新闻 视频新闻",
    "扫描二维码下载客户端，新闻随时看",
    "备案号：云ICP备05012345号-1  技术支持：云州软件  热线：0871-12345678",
)
CUT = ("", "", "……", "...[详细]", "……阅读全文", "\n点击查看更多", "（全文见今日本报第二版）")
OTHER_WORDS_TEXT = """
表示=指出 指出=表示 进行=开展 开展=进行 提高=提升 提升=提高 加强=强化 强化=加强 举行=召开
召开=举行 推动=促进 促进=推动 实现=达成 增加=增长 减少=下降 问题=难题 重要=关键 目前=当前
当前=目前 同时=此外 通过=借助 积极=主动 继续=持续 持续=继续 全面=全方位 建设=打造 群众=民众
企业=公司 支持=扶持 部门=机构 发生=出现 造成=导致 导致=造成 人员=人士 要求=强调 强调=要求
发现=察觉 介绍=透露 了解=获悉 今天=今日 昨天=昨日 已经=业已 可以=能够 但是=不过 因为=由于
由于=因为 所以=因此 其中=当中 非常=十分 认为=觉得 希望=盼望 帮助=协助 得到=获得 获得=取得
取得=获得 使用=运用 项目=工程 活动=行动 地区=区域 情况=状况 水平=层次 管理=治理 服务=保障
社会=各界 合作=协作 会议=大会 市场=行业 产品=商品 研究=探讨 措施=办法 影响=冲击 需要=需求
包括=涵盖 超过=突破 以及=和 不断=持续
"""
OTHER_WORDS = dict(pair.split("=") for pair in OTHER_WORDS_TEXT.split())
_SENTENCE = re.compile(r"[^。！？\n]{1,2000}[。！？\n]{0,9}|[。！？\n]+")
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")

Copier = Callable[[str, random.Random, Sequence[str]], str]


def wrap(text: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """The text between the lines that a site puts around it."""
    before = chance.sample(BEFORE, chance.randint(1, 4))
    return "\n".join([*before, text, *chance.sample(AFTER, chance.randint(2, 6))])


def truncate(text: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """The beginning of the text, or a piece of it: three to eight tenths."""
    size = int(len(text) * chance.uniform(0.3, 0.8))
    start = chance.randint(0, len(text) - size) if chance.random() < 0.25 else 0
    return text[start : start + size] + chance.choice(CUT)


def spin(text: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """The text with other words, some of them out of place, and some sentences swapped or left out.

    Words that have a synonym are replaced by it in six cases of ten, and of the rest a tenth to a quarter by
    any of `others`.
    """
    sentences = _SENTENCE.findall(text)
    for _ in range(len(sentences) // 4):
        place = chance.randrange(len(sentences) - 1)
        sentences[place : place + 2] = reversed(sentences[place : place + 2])
    if len(sentences) > 6:
        del sentences[chance.randrange(len(sentences))]
    share = chance.uniform(0.1, 0.25)
    words = default_vocabulary().cut("".join(sentences))
    return "".join(_other_word(word, share, chance, others) for word, _, _ in words)


def _other_word(word: str, share: float, chance: random.Random, others: Sequence[str]) -> str:
    if word in OTHER_WORDS:
        return OTHER_WORDS[word] if chance.random() < 0.6 else word
    if others and _PLAIN_WORD.fullmatch(word) and chance.random() < share:
        return chance.choice(others)
    return word


def to_traditional(text: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """The text in Traditional script, here and there with a reading in brackets."""
    return "".join(
        f"{hanzi}({lazy_pinyin(hanzi, style=Style.TONE)[0]})"
        if "\u4e00" <= hanzi <= "\u9fff" and chance.random() < 0.004
        else hanzi
        for hanzi in _converter().convert(text)
    )


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def change_numbers(text: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """The same words with other numbers, the years left as they are: no copy, but the next bulletin."""

    def other(found: re.Match[str]) -> str:
        if re.fullmatch(r"(?:19|20)\d\d", found[0]):
            return found[0]
        return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in found[0][1:])

    return re.sub(r"\d{1,99}", other, text)


COPIERS: dict[str, Copier] = {
    "wrapped": wrap,
    "truncated": truncate,
    "spun": spin,
    "traditional": to_traditional,
}


def clean(article: Article) -> Document:
    """The article, read and cleaned."""
    words = default_vocabulary()
    return clean_document(open_article(article, words), words)


def signed(document: Document, days: int = 0, name: str = "") -> Signed | None:
    """What is kept of an article, or of a copy of it by another name that came out some days later."""
    signature = sign(document.text.clean)
    published = document.published and document.published + timedelta(days=days)
    return signature and Signed(name or document.article.id, published, signature)
