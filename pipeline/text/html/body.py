"""The main text of a page: which element holds it, and which of its lines belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.text.html.source import MarkedSource
from pipeline.text.html.tree import BLOCKS, TEXT, Tree

_CELLS = frozenset(("td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3"))
_ASIDES = frozenset(("aside", "footer"))
_PARAGRAPHS = frozenset(
    ("blockquote", "center", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre")
)
_DECAY = 0.4
_TEASER = 0.3  # a short paragraph with a link in it is more often a teaser than part of an article
_LEVELS = 5
_DOUBT = 0.2  # for prose in a part that is named as something else
_SHORT = 100
_MAX_IMPRINT = 300
_MAX_CELL, _MAX_CELLS = 120, 60

# What page makers call the parts that are not the article.
_ASIDE = re.compile(
    r"""
      comment | recommend | related | relate[-_ ] | sidebar | footer | copyright | bread | crumb
    | qr[-_]?code | share | toolbar
    | disclaimer | pagination | login | popup | modal | dialog | feedback
    | hotnews | reply | follow | subscribe | guess | reward | praise
    | player | video-?(?:info|list) | author-?(?:info|card)
    | (?: ^ | [\s_-] )
      (?: ads? | app | hot | keywords? | like | menu | nav | print | rank | report | right | statement | tags?
        | tie | tips | tools? | vip | vote | wechat | weixin | zan )
      (?: $ | [\s_\d-] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Who owns the site: at the foot of a page, in whole sentences.
_IMPRINT = re.compile(
    "版权所有|公网安备|违者必究|Copyright|COPYRIGHT|ICP备|[©®]|未经(?=.{0,300}授权)|授权(?=.{0,300}未经)",
    re.DOTALL,
)
# How short lines about the page begin, wherever they stand.
_ABOUT = re.compile(
    r"""[\s【\[(（>·]{0,4}(?:
      责任编辑 | 责编 | 值班编辑 | 免责声明 | 特别声明 | 版权(?:声明|归|所有) | Notice[:：] | THE\sEND
    | (?:编辑|审核|校对|监制|作者|声明|时间|来源|稿源|责任|阅读|浏览|点击|分享|标签|关键词|Tags?) \s? [:：]
    | (?:本文|文章|信息)来源 | 发布(?:时间|日期) | 最后更新 | (?:浏览|阅读|点击)(?:次数|数|量) \s? [:：\d]
    | 分享[到至让] | 扫一扫 | 用?微信扫 | 扫描二维码
    | [上下]一[篇条页][:：] | (?:您的?)?(?:当前|所在)位置
    | (?:19|20)\d\d [-年./] \d{1,2} [-月./] \d{1,2} 日? \s* \d{1,2}:\d\d
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# Of what other such lines are made from end to end.
_BUTTONS = re.compile(
    r"""(?: [\s|｜/·>»【】\[\]()（）:：,，+\d-]{0,9}
      (?: 打印 | 关闭 | 返回(?:顶部|首页|列表)? | 字号 | 字体 | [大中小] | 首页 | 标签 | 关键词 | 举报 | 收藏
        | 浏览 | 点击 | 点赞 | 阅读 | 分享 | 评论 | 关注 | 收起 | 广告 | 热门 | (?:加载|查看|展开)?更多
        | 展开(?:全文)? | 客户端 | 相关(?:阅读|新闻|链接|报道) | (?:延伸|推荐)阅读
        | 阅读(?:下一篇|原文|全文) | [上下]一[篇条页] | 本页 | 窗口 | (?:视频|正在)加载中? | 责任
      )){1,9} [\s|｜/·>»【】\[\]()（）:：,，。.…+\d-]{0,9}""",
    re.VERBOSE,
)
# What stands over the parts that follow an article.
_CUT = re.compile(
    r"""[\s【\[]{0,3}(?:
      相关(?:阅读|新闻|链接|报道|推荐|文章|专题)
    | 延伸(?:阅读|推荐) | 推荐阅读 | 精彩推荐 | 更多新闻 | 猜你喜欢
    | 为[你您]推荐 | 热门(?:推荐|文章|新闻|评论|跟贴) | (?:全部|最新|最热|网友)评论 | (?:作者|小编)最近文章
    )""",
    re.VERBOSE,
)


def _is_imprint(text: str) -> bool:
    return len(text) <= _MAX_IMPRINT and _IMPRINT.search(text) is not None


@lru_cache(maxsize=4096)
def _is_aside(name: str) -> bool:
    return _ASIDE.search(name) is not None


@dataclass(slots=True)
class Line:
    """What stands between two line breaks: runs and the gaps between cells, and how much of it is linked.

    `node` is its first text, `heading` the heading it stands in, `prose` as in the tree.
    """

    node: int
    runs: list[int | str] = field(default_factory=list)
    chars: int = 0
    links: int = 0
    prose: float = 0
    heading: int | None = None

    @property
    def is_linked(self) -> bool:
        """Whether the line is a link and perhaps a date, and no sentence with a link in it."""
        return self.links * 2 > self.chars and (self.chars < 60 or self.links > self.chars * 0.8)

    def read(self, source: MarkedSource) -> str:
        """The text of the line, its white space as in the source."""
        texts = source.texts
        return "".join([run if isinstance(run, str) else texts[run] for run in self.runs]).strip()


def find_asides(tree: Tree) -> set[int]:
    """Elements that are named as something else than the article and hold less than a third of the prose."""
    limit = tree.prose[0] / 3 if tree.prose else 0
    tags, prose = tree.tags, tree.prose
    found = [node for node, tag in enumerate(tags) if tag in _ASIDES]
    found += [n for n, name in enumerate(tree.names) if name and tags[n] in BLOCKS and _is_aside(name)]
    return {node for node in found if prose[node] < limit}


def find_body(tree: Tree, asides: set[int], source: MarkedSource) -> int:
    """The element that holds the main text.

    Each line of prose speaks for the element around it, and less for each further one out: paragraphs
    that stand together outweigh comments, each of which has a frame of its own.
    """
    framed: dict[int, float] = {}
    doubtful = _find_outside(tree, -1, asides)
    for node, numbers in tree.runs.items():
        if tree.prose[node] < 1 or _is_imprint(source.read(numbers)):
            continue
        frame = _find_frame(tree, node)
        if frame is not None:
            framed[frame] = framed.get(frame, 0) + tree.prose[node] * (_DOUBT if doubtful[node] else 1)
    votes: dict[int, float] = {}
    for frame, weight in framed.items():
        _vote(tree, frame, weight, votes)
    return max(votes, key=lambda node: (votes[node], -node), default=0)


def _find_frame(tree: Tree, text: int) -> int | None:
    """The block that a text stands in; None for a text in a link."""
    node = tree.parents[text]
    while node > 0 and tree.tags[node] not in BLOCKS:
        if tree.tags[node] == "a":
            return None
        node = tree.parents[node]
    return node


def _vote(tree: Tree, frame: int, weight: float, votes: dict[int, float]) -> None:
    """Give the prose of a block to the elements around it; a paragraph has none of its own."""
    node = frame
    if tree.links[node] and tree.chars[node] < _SHORT:
        weight *= _TEASER
    if tree.tags[node] in _PARAGRAPHS or not tree.has_blocks[node]:
        node = tree.parents[node]
    for _ in range(_LEVELS):
        if node < 0:
            return
        votes[node] = votes.get(node, 0) + weight
        weight *= _DECAY
        node = tree.parents[node]


def split_lines(tree: Tree) -> list[Line]:
    """The lines of a page as a browser would break them; a row of short cells is one line."""
    line = Line(0)
    lines = [line]
    ends: list[int] = []
    next_end = row_end = heading = heading_end = 0
    for node, tag in enumerate(tree.tags):
        if tag != TEXT and tag not in BLOCKS:
            continue
        while ends and next_end <= node:
            ends.pop()
            next_end = ends[-1] if ends else 0
            if node >= row_end and line.chars:
                lines.append(line := Line(node))
        if tag == TEXT:
            _put(line, tree, node)
            line.heading = heading if node < heading_end else None
        elif node < row_end:
            line.runs.append("\t" if tag in _CELLS else " ")
        else:
            if line.chars:
                lines.append(line := Line(node))
            if tag == "tr" and _is_row(tree, node):
                row_end = tree.ends[node]
            elif tag in _HEADINGS:
                heading, heading_end = node, tree.ends[node]
            next_end = tree.ends[node]
            ends.append(next_end)
    return [line for line in lines if line.chars]


def _put(line: Line, tree: Tree, node: int) -> None:
    if not line.chars:
        line.node = node
    line.runs += tree.runs[node]
    line.chars += tree.chars[node]
    parent = tree.parents[node]
    while parent >= 0 and tree.tags[parent] not in BLOCKS:
        if tree.tags[parent] == "a":
            line.links += tree.chars[node]
            return
        parent = tree.parents[parent]
    line.prose += tree.prose[node]


def _is_row(tree: Tree, row: int) -> bool:
    """Whether a table row holds figures and names: not one whose cells lay out the page."""
    if tree.chars[row] > _MAX_CELL * _MAX_CELLS:
        return False
    cells = [cell for cell in tree.children(row) if tree.tags[cell] in _CELLS and tree.chars[cell]]
    is_short = len(cells) > 1 and all(tree.chars[cell] <= _MAX_CELL for cell in cells)
    return is_short and "table" not in tree.tags[row : tree.ends[row]]


def choose_lines(
    tree: Tree, lines: list[Line], texts: list[str], body: int, asides: set[int]
) -> tuple[list[int], list[int]]:
    """Which lines are the article's: those of its element, without links and without talk about the page.

    The second list holds those of them before which there is little, among which the title may stand again.
    """
    outside = _find_outside(tree, body, asides)
    inside = [index for index, line in enumerate(lines) if body <= line.node < tree.ends[body]]
    total = sum(lines[index].prose for index in inside)
    chosen: list[int] = []
    early: list[int] = []
    done = 0.0
    for index in inside:
        line, text = lines[index], texts[index]
        if outside[line.node] or line.is_linked:
            continue
        if line.chars < 20 and done > total * 0.4 and _CUT.match(text):
            break
        if line.chars < 80 and (_ABOUT.match(text) or _BUTTONS.fullmatch(text)):
            continue
        if done < total * 0.2:
            early.append(index)
        done += line.prose
        chosen.append(index)
    return chosen, early


def _find_outside(tree: Tree, body: int, asides: set[int]) -> bytearray:
    """For each node whether it lies in an aside within an element."""
    outside = bytearray(len(tree.tags))
    for aside in asides:
        if body < aside < tree.ends[body] or body < 0:
            size = tree.ends[aside] - aside
            outside[aside : aside + size] = b"\1" * size
    return outside
