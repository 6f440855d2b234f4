"""The parser's tree as flat lists, with how much text and how much of it in links each element holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.text.html.source import MarkedSource, find_runs

TEXT = "-text"
BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu ol p pre section summary table tbody td
    tfoot th thead tr ul
    """.split()  # noqa: SIM905 - a list of words
)
# What is never part of an article, whatever it is called.
_UNSEEN = frozenset(
    """
    head script style noscript iframe template button select textarea svg object embed nav input video
    audio !doctype -comment -doctype _comment
    """.split()  # noqa: SIM905 - a list of words
)
# Elements that change how words look, not where they stand.
_STYLES = frozenset(("b", "big", "em", "font", "i", "s", "small", "strong", "sub", "sup", "u"))
_KEPT_EMPTY = frozenset(("br", "hr", "p", "div", "td", "th"))
_NAMED = frozenset(
    """
    div section article aside ul ol dl dd table td form header footer main p span h1 h2 h3
    """.split()  # noqa: SIM905 - a list of words
)
# Not `visibility`: some sites hide the article so until a script has run.
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
_STOPS = re.compile("[，。；！？、,;!?]")
_LOOSE = 0.2  # what a character counts in a text without stops


@dataclass(slots=True)
class Tree:
    """Elements and texts in reading order; number 0 is the root.

    A subtree is the numbers from its own to its end.  A text has the numbers of its runs; `chars` counts
    its characters, `links` those of them in links, `prose` those outside, in full only where there are stops.
    """

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    runs: dict[int, list[int]] = field(default_factory=dict)
    chars: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    prose: list[float] = field(default_factory=list)
    has_blocks: list[bool] = field(default_factory=list)

    def children(self, node: int) -> list[int]:
        """The numbers of a node's children."""
        found, child = [], node + 1
        while child < self.ends[node]:
            found.append(child)
            child = self.ends[child]
        return found


def read_tree(source: MarkedSource, parser: LexborHTMLParser) -> Tree:
    """The tree of a marked source, without what is hidden."""
    tree, count = Tree(), len(source.texts)
    tags, parents, names, runs = tree.tags, tree.parents, tree.names, tree.runs
    stack: list[tuple[LexborNode | None, int]] = [(parser.root, -1)]
    add_tag, add_parent, add_name = tags.append, parents.append, names.append
    while stack:
        node, parent = stack.pop()
        while node is not None:
            tag = node.tag or ""
            sibling = node.next if parent >= 0 else None
            if tag == TEXT:
                runs[len(tags)] = find_runs(node.text_content or "", count)
                add_tag(tag)
                add_parent(parent)
                add_name("")
                node = sibling
                continue
            name: str | None = ""
            if tag in _UNSEEN or (tag in _NAMED and (name := _read_name(node)) is None):
                node = sibling
                continue
            child = node.child
            if child is None:
                if tag in _KEPT_EMPTY:
                    add_tag(tag)
                    add_parent(parent)
                    add_name(name or "")
                node = sibling
                continue
            if sibling is not None:
                stack.append((sibling, parent))
            if tag not in _STYLES:
                add_parent(parent)
                parent = len(tags)
                add_tag(tag)
                add_name(name or "")
            node = child
    _measure(tree, source)
    return tree


def _read_name(node: LexborNode) -> str | None:
    """What an element is called by its id and classes; None for a hidden one."""
    if not (attributes := node.attributes):
        return ""
    if "hidden" in attributes or ("style" in attributes and _HIDDEN.search(attributes["style"] or "")):
        return None
    if "id" in attributes:
        return f"{attributes['id'] or ''} {attributes.get('class') or ''}".strip()
    return (attributes.get("class") or "").strip()


def _measure(tree: Tree, source: MarkedSource) -> None:
    """Sum text, linked text and prose up the tree."""
    tags, parents, count = tree.tags, tree.parents, len(tree.tags)
    chars, links, prose, ends = [0] * count, [0] * count, [0.0] * count, list(range(1, count + 1))
    has_blocks = [False] * count
    texts, has_stop = source.texts, _STOPS.search
    for node, numbers in tree.runs.items():
        text = texts[numbers[0]] if len(numbers) == 1 else source.read(numbers)
        if size := len(text.strip()):
            chars[node], prose[node] = size, size if has_stop(text) else size * _LOOSE
    for node in range(count - 1, 0, -1):
        tag, parent = tags[node], parents[node]
        if (end := ends[node]) > ends[parent]:
            ends[parent] = end
        if size := chars[node]:
            chars[parent] += size
            if tag == "a":
                links[node], prose[node] = size, 0
            links[parent] += links[node]
            prose[parent] += prose[node]
        if has_blocks[node] or tag in BLOCKS:
            has_blocks[parent] = True
    tree.chars, tree.links, tree.prose, tree.ends, tree.has_blocks = chars, links, prose, ends, has_blocks
