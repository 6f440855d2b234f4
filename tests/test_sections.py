"""Which lines head a section, whose it is, and that sections cover the text in order."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Article, Section
from pipeline.sections import heading_raw, split_sections
from pipeline.sections.headings import find_headings
from pipeline.sections.lines import read_lines
from pipeline.sections.rows import plain
from pipeline.stages import read_document
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import default_vocabulary
from tests.effort import count_calls

WORDS = default_vocabulary()
LONG = (
    "全市两级机关坚持问题导向,排查整改风险隐患,受理群众诉求,"
    "办结率和满意度继续提升,企业和群众的获得感不断增强。"
)
CASES = tomllib.loads((Path(__file__).parent / "cases" / "sections.toml").read_text("utf-8"))["case"]
PIECES = [
    LONG,
    "一、总体情况",
    "(一)查补和入库。去年查补总额409亿元。",
    "1.让群众住得更安心",
    "()",
    "案例一|某公司虚假宣传案",
    "甲市水务局",
    "治水创新",
    "申报单位:甲市水务局",
    "【深度分析】",
    "◆把好入口关",
    "本报记者 张三",
    "**加粗的小标题**",
    "  • 二、门路",
    ",当事人还换了部件",
    "",
    "   ",
]


def split(lines: list[str], title: str | None = None) -> tuple[AlignedText, tuple[Section, ...]]:
    number = itertools.count(1)
    text = "\n".join(line.replace("LONG", f"第{next(number)}季度,{LONG}") for line in lines)
    aligned = AlignedText.of(text)
    return aligned, split_sections(aligned, WORDS, title)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict) -> None:
    text, sections = split(case["text"], case.get("title"))
    headed = [section for section in sections if section.heading is not None]
    found = [
        [section.level, (heading_raw(section, text) or "").replace("\n", " / ").rstrip("。")]
        for section in headed
    ]
    assert found == case["headings"]
    for key, name in (
        ("organisations", "organisation"),
        ("categories", "category_line"),
        ("projects", "project"),
    ):
        if key in case:
            assert [getattr(section, name) or "" for section in headed] == case[key]
    inside = [s for s in sections if s.heading is None and (s.index or s.organisation)]
    assert [
        [section.level, section.organisation or "", section.project or ""] for section in inside
    ] == case.get("inside", [])


def test_an_article_without_headings_is_one_section() -> None:
    text, sections = split(["LONG", "LONG"])
    assert [(s.start, s.end, s.body, s.level, s.heading) for s in sections] == [
        (0, len(text.clean), 0, 0, None)
    ]


def test_an_empty_article_is_one_empty_section() -> None:
    assert split_sections(AlignedText.of(""), WORDS) == (Section(0, 0, 0, 0),)


def test_the_raw_heading_keeps_what_cleaning_took() -> None:
    raw = AlignedText.of(f"{LONG}\n　樹立為民導(dǎo)向 \n{LONG}")
    text = raw.translate(str.maketrans("樹為導　", "树为导 "), "script").sub(
        regex.compile(r"\(dǎo\)"), "", "pinyin"
    )
    section = split_sections(text, WORDS)[1]
    assert section.heading == "树立为民导向"
    assert heading_raw(section, text) == "樹立為民導(dǎo)向"


def test_headings_that_lost_their_numbers_outlive_cleaning() -> None:
    raw = f"{LONG}\n、总体情况\n去年{LONG}\n、主要做法\n()收案\n今年{LONG}\n()结案\n全年{LONG}"
    document = read_document(Article(id="a", raw=raw), WORDS)
    headings = [section.heading for section in document.sections[1:]]
    assert headings == ["、总体情况", "、主要做法", "()收案", "()结案"]
    torn = read_document(Article(id="a", raw=f"{LONG}当年建成图书馆\n、体育馆和医院各一座。\n{LONG}"), WORDS)
    assert "图书馆、体育馆" in torn.text.clean and len(torn.sections) == 1


def test_the_title_may_be_in_the_other_script() -> None:
    _, sections = split(
        ["别人都怎么大扫除?", "用苏打粉代替清洁剂", "LONG", "分段打扫", "LONG", "自制手工皂", "LONG"],
        "別人都怎麼大掃除？",
    )
    assert [s.heading for s in sections[1:]] == ["用苏打粉代替清洁剂", "分段打扫", "自制手工皂"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_sections_cover_the_text_in_order(pieces: list[str]) -> None:
    text = AlignedText.of("\n".join(pieces))
    check(text, split_sections(text, WORDS))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="一二第条案例章、()【】.1230◆•*#\n  。,:“”局委甲乙摄|?-", max_size=200))
def test_sections_of_junk_cover_it_too(junk: str) -> None:
    text = AlignedText.of(junk)
    check(text, split_sections(text, WORDS))


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("**系统谋划部署。**", "**注重推动落地**。", True),
        ("<strong>系统谋划部署。</strong>", '<b class="lead">注重推动落地</b>。', True),
        ("<p><strong>系统谋划部署。</strong>", "<p><strong>全段都是粗体的文字。", False),
        ("去年**系统谋划部署。**", "今年**注重推动落地**。", False),
        ("**系统谋划部署。**", "注重推动落地。", False),
        ("系统谋划部署。", "注重推动落地。", False),
    ],
)
def test_first_sentences_in_bold_type_are_headings(first: str, second: str, found: bool) -> None:
    raw = AlignedText.of(f"{LONG}\n{first}{LONG}\n{second}{LONG}")
    text = raw.sub(regex.compile(r"\*\*|<[^<>]{1,40}>"), "", "tags")
    headings = [section.heading for section in split_sections(text, WORDS)[1:]]
    assert headings == (["系统谋划部署", "注重推动落地"] if found else [])


TOLD = (
    "甲市司法局推出掌上公证,办件三千宗。",
    "去年,乙区法院建成调解室20间。",
    "丙县妇联以邻里互助为抓手,打造爱心驿站。",
    "群众的满意度不断提升。",
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*PIECES, "HEAD"]) | st.lists(st.sampled_from(TOLD), min_size=1).map("".join),
        max_size=12,
    )
)
def test_projects_inside_paragraphs_cut_the_text_and_no_heading(pieces: list[str]) -> None:
    text = AlignedText.of("\n".join(pieces).replace("HEAD", "一、让群众少跑腿"))
    sections = split_sections(text, WORDS)
    assert "".join(text.clean[s.start : s.end] for s in sections) == text.clean[sections[0].start :]
    known = find_headings(read_lines(text.clean), WORDS)
    assert [s.start for s in sections if s.heading is not None] == [heading.start for heading in known]
    for before, section in itertools.pairwise(sections):
        parent = sections[section.parent] if section.parent is not None else None
        assert parent is None or (parent.heading is not None and parent.index < section.index)
        assert section.level == (
            parent.level + 1 if parent else bool(section.heading or section.organisation)
        )
        if section.heading is None:
            assert section.body == section.start
            assert section.organisation or before.heading is None
            nearest = max((s.index for s in sections[: section.index] if s.heading is not None), default=None)
            assert section.parent == nearest


def check(text: AlignedText, sections: tuple[Section, ...]) -> None:
    size = len(text.clean)
    assert sections and sections[-1].end == size
    assert not text.clean[: sections[0].start].strip(" \n•*#")
    assert [s.index for s in sections] == list(range(len(sections)))
    for before, after in itertools.pairwise(sections):
        assert before.end == after.start
    for section in sections:
        assert 0 <= section.start <= section.body <= section.end <= size
        assert (section.heading is None) == (section.level == 0)
        if section.parent is not None:
            assert section.parent < section.index
            assert sections[section.parent].level == section.level - 1
        else:
            assert section.level <= 1
        if section.heading is not None:
            assert plain(section.heading.rstrip("。*")) == plain(
                text.clean[section.start : section.body].rstrip("。 \n*")
            )
            assert heading_raw(section, text)


@pytest.mark.parametrize(
    "line",
    [
        "一、甲\n",
        "(" * 40 + "\n",
        ",\n",
        "1.\n",
        "甲乙丙丁\n",
        "1" * 200,
        "一" * 200,
        "【" * 60,
        " " * 100,
        "甲:乙|" * 30,
        "—\n",
        "a b  " * 40,
        "聚焦甲,乙局以丙,推出丁。",
    ],
)
def test_work_grows_with_the_text(line: str) -> None:
    def calls(times: int) -> int:
        text = AlignedText.of(line * times)
        return count_calls(lambda: split_sections(text, WORDS))

    calls(10)
    size = max(1, 10_000 // len(line))
    assert calls(4 * size) < 5 * calls(size) + 1000
