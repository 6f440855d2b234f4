"""Pages are read for their article, and every character of it leads back to the page's source."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.html import Page, parse_published, read_page

PAGE = """<!DOCTYPE html>
<html><head><meta charset="gbk"><title>南江市法院上半年收案增长 - 南江日报网</title>
<style>p { color: red }</style><script>if (1 < 2) document.write("<p>脚本，不是正文。</p>")</script></head>
<body>
<div class="nav"><a href="/">首页</a> <a href="/a">要闻</a> <a href="/b">财经</a></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/a">要闻</a></div>
<h1>南江市法院上半年<br>收案增长</h1>
<div class="info">2023-07-0509:30:15　来源：<a href="/x">南江日报</a>　作者：李明
责任编辑：王强　字号：<a>大</a></div>
<div id="content">
  <!-- 正文 -->
  <p>　　本报讯 上半年，全市法院新收案件<span>12</span><b>.</b><span>3</span>万件，同比上升
  4.5%。</p>
  <p><strong>一、立案情况</strong></p>
  <p>民事案件8&nbsp;万件；行政案件&#50;&#x4E07;件&amp;nbsp;（<b>一</b>审）。<a href="/law">解读</a></p>
  <table><tr><th>类型</th><th>件数</th></tr><tr><td>民事</td><td><p>80000</p></td></tr></table>
  第一行，没有段落；<br/>第二行，也没有。
  <p style="display:none">隐藏的话，不是正文。</p>
  <div class="share">分享到：微信，微博。</div>
  <p>责任编辑：王强</p>
</div>
<div class="related"><h3>相关新闻</h3><ul>
<li><a href="/1">北江市法院去年审结案件四万件</a> 2023-01-01</li>
<li><a href="/2">东江市上线新平台</a></li></ul></div>
<div class="comments"><p>说得好，支持！</p>
<p>第二条，评论很长很长，但不是正文，不该出现。</p></div>
<div class="footer">版权所有 南江日报社，未经授权不得转载。</div>
</body></html>"""
TEXT = """本报讯 上半年，全市法院新收案件12.3万件，同比上升4.5%。
一、立案情况
民事案件8\xa0万件；行政案件2万件\xa0（一审）。解读
类型\t件数
民事\t80000
第一行，没有段落；
第二行，也没有。"""


def article(body: str, head: str = "<title>题目</title>") -> Page:
    return read_page(f"<html><head>{head}</head><body>{body}</body></html>")


def check_alignment(page: Page) -> None:
    """Every character stands where the alignment says, but for decoded entities and what was put in."""
    text = page.text
    places = [text.at(position) for position in range(len(text.clean))]
    assert all(before <= after for before, after in pairwise(places))
    for character, place in zip(text.clean, places, strict=True):
        assert 0 <= place < len(text.raw)
        assert text.raw[place] in (character, "&") or character in " \t\n"


def test_a_page_is_read_for_its_article() -> None:
    page = read_page(PAGE)
    assert page.text.clean == TEXT
    assert (page.published, page.publisher, page.author) == (
        datetime(2023, 7, 5, 9, 30, 15),
        "南江日报",
        "李明",
    )
    assert (page.title, page.is_list) == ("南江市法院上半年收案增长", False)
    check_alignment(page)


def test_spans_lead_back_to_the_source() -> None:
    text = read_page(PAGE).text
    start = text.clean.index("12.3万件")
    first, last = text.to_raw(start, start + 6)
    assert text.raw == PAGE
    assert PAGE[first:last] == "12</span><b>.</b><span>3</span>万件"
    start = text.clean.index("2万件")
    first, last = text.to_raw(start, start + 3)
    assert PAGE[first:last] == "&#50;&#x4E07;件"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>收案3<5万件，<一>审完。</p>", "收案3<5万件，<一>审完。"),
        ("<p>甲，<font color='a>b'>乙</font>。<!-- > -->丙</p>", "甲，乙。丙"),
        ("<p>甲&amp;amp;乙，&lt;p&gt;丙&amp;lt;。&unknown;&</p>", "甲&乙，<p>丙<。&unknown;&"),
        (
            "<p>甲，\n  乙。\n2021年 收案\n38 件</p>",
            "甲，乙。2021年 收案38 件",
        ),
        ("<p><b>AI</b> <i>PC</i>，甲\n<b>乙</b></p>", "AI PC，甲乙"),
        ("<p>甲，乙。<br><br>丙，丁。</p><hr>戊，己。", "甲，乙。\n丙，丁。\n戊，己。"),
        ("<P>大写，标签。</P><SCRIPT>x</SCRIPT  ><p>之后，还有。", "大写，标签。\n之后，还有。"),
        ("<table><tr><td>甲</td><td></td><td>3<br>件</td></tr></table><p>乙，丙。</p>", "甲\t3 件\n乙，丙。"),
        (
            "<table><tr><td><p>布局，表格。</p><p>第二段，不同行。</p></td></tr></table>",
            "布局，表格。\n第二段，不同行。",
        ),
        (
            "<p>关键<span class='tag'>词</span>里，<span class='keyword'>法院</span>还在。</p>",
            "关键词里，法院还在。",
        ),
        ("<p>一段，<nav>导航</nav>文字。</p>", "一段，\n文字。"),
        ("<p>\x00甲，\x00乙。</p>", "\x00甲，\x00乙。"),
        ("<div style='visibility:hidden'><p>脚本，之后才显示。</p></div>", "脚本，之后才显示。"),
        ("没有，标签。", "没有，标签。"),
        ("<p>甲，乙。</p><textarea><p>表单，内容。</p></textarea><noscript>丙，丁。</noscript>", "甲，乙。"),
    ],
)
def test_text_is_what_a_reader_sees(body: str, text: str) -> None:
    page = article(body)
    assert page.text.clean == text
    check_alignment(page)


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("&amp;nbsp;", "\xa0"),
        ("&amp;amp;nbsp;", "\xa0"),
        ("&amp;amp;amp;nbsp;", "\xa0"),
        ("&amp;#12290;", "。"),
        ("&amp;#x3002;", "。"),
        ("&amp;ldquo;甲&amp;rdquo;", "“甲”"),
        ("&amp;lt;一&amp;gt;", "<一>"),
        ("R&amp;amp;D", "R&D"),
        ("&amp;mdash;", "—"),
        ("&amp;MDASH;", "&MDASH;"),
        ("5&amp;6", "5&6"),
        ("&amp;nosuchname;", "&nosuchname;"),
    ],
)
def test_entities_that_were_escaped_again(escaped: str, text: str) -> None:
    head = f'<title>题目{escaped}题目</title><meta name="source" content="某{escaped}报">'
    page = article(f"<p>收案，{escaped}三万件。</p>", head)
    assert page.text.clean == f"收案，{text}三万件。"
    assert page.title == f"题目{text}题目"
    check_alignment(page)


def test_text_that_the_parser_moves_keeps_the_alignment_in_order() -> None:
    page = article("<p>甲，乙。</p><table>丙，丁。<tr><td>戊，己。</td></tr>庚，辛。</table><p>壬，癸。</p>")
    assert "甲，乙。" in page.text.clean
    assert "壬，癸。" in page.text.clean
    check_alignment(page)


def test_comments_do_not_outweigh_a_short_article() -> None:
    comments = "".join(
        f"<li><div><p>第{n}楼说，这篇文章写得很好，大家都要看。</p></div></li>" for n in range(40)
    )
    sentence = "今年上半年，全市法院新收案件三万件，其中民事案件两万件，占比很高。"
    body = f"<div><p>{sentence * 3}</p><p>{sentence * 3}</p><p>{sentence}</p></div>"
    assert article(f"{body}<ul>{comments}</ul>").text.clean.count("楼") == 0


def test_what_follows_the_article_is_cut() -> None:
    body = "<p>今年，全市收案三万件。</p><p>其中，民事两万件，占比很高。</p>"
    after = "<p>相关阅读</p><p>去年，全市收案两万件。</p>"
    assert (
        article(f"<div>{body}{after}</div>").text.clean
        == "今年，全市收案三万件。\n其中，民事两万件，占比很高。"
    )


def test_a_list_of_articles_is_no_article() -> None:
    items = "".join(
        f'<li><a href="/{n}">全市法院第{n}次会议召开，部署工作</a> 2023-01-0{n % 9 + 1}</li>'
        for n in range(30)
    )
    assert article(f"<ul>{items}</ul>").is_list
    assert not article("<p>短文，一句。</p>").is_list


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>甲乙丙丁_某网</title>", "<h1>某网</h1><h2>甲乙丙丁</h2>", "甲乙丙丁"),
        ("<title>甲乙丙丁戊己_某网</title>", "<div class=t>甲乙丙丁戊己</div>", "甲乙丙丁戊己"),
        ("<title>甲乙 丙丁－某网</title>", "<h1>甲乙　丙丁</h1>", "甲乙　丙丁"),
        ("<title>甲乙丙丁戊己|某网|新闻</title>", "", "甲乙丙丁戊己"),
        ("<title>甲&amp;乙丙丁</title>", "", "甲&乙丙丁"),
        ("", "<h1>只有标题</h1>", "只有标题"),
        ("", "", None),
        ('<title></title><meta property="og:title" content="甲乙丙丁_某网">', "", "甲乙丙丁"),
    ],
)
def test_titles(head: str, body: str, title: str | None) -> None:
    assert article(f"{body}<p>这里，是正文。</p>", head).title == title


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ("2020-01-01 今天<p>2021年3月5日 10:20</p>", datetime(2021, 3, 5, 10, 20)),
        ("<span>2021-03-05</span><span>10:20:30</span>", datetime(2021, 3, 5, 10, 20, 30)),
        ("发布时间：2021/3/5 星期五 8:09", datetime(2021, 3, 5, 8, 9)),
        ("发布时间：2021-03-05", datetime(2021, 3, 5)),
        ("<meta name=pubdate content='2021-03-05T02:00:00Z'>2020-01-01", datetime(2021, 3, 5, 10)),
        ("2021-13-45 10:20", None),
        ("电话：2021-030-5", None),
    ],
)
def test_times_of_publication(body: str, published: datetime | None) -> None:
    assert article(f"{body}<p>这里，是正文。</p>").published == published


@pytest.mark.parametrize(
    ("body", "publisher", "author"),
    [
        ("来源：某某日报 作者：李明", "某某日报", "李明"),
        ("稿源:<a>某某网</a> 编辑:王强", "某某网", None),
        ("来 源： 某某社　记者：李明 责编：王强", "某某社", "李明"),
        ("责任编辑：王强 来源：未知", None, None),
        ("<meta name=source content='来源：某某报'><meta name=author content='李明'>", "某某报", "李明"),
    ],
)
def test_source_and_author(body: str, publisher: str | None, author: str | None) -> None:
    page = article(f"<div>{body}</div><p>这里，是正文。</p>")
    assert (page.publisher, page.author) == (publisher, author)


@pytest.mark.parametrize(
    "pump",
    [
        "<div>",
        "<p><b class=%d>",
        "<a>",
        "<table><tr><td>",
        "<",
        "<a b='",
        "<!--",
        "<script>",
        "</p>",
        "&amp;",
        "<svg>",
    ],
)
def test_hostile_pages_are_read(pump: str) -> None:
    start = "<title>题目</title><p>收案三万件，增长一成。</p>"
    page = read_page(start + "".join(pump.replace("%d", str(number)) for number in range(10_000)))
    assert page.text.clean.startswith("收案三万件，增长一成。")
    check_alignment(page)


@pytest.mark.parametrize(
    "html", ["", " ", "\0", "<", "<html>", "\ud800", "\ue0000\ue001", "<plaintext>\ue0009\ue001"]
)
def test_pages_without_a_body_are_read(html: str) -> None:
    page = read_page(html)
    assert len(page.text.clean) <= len(html)


_PARTS = st.sampled_from(
    (
        *("<p>", "</p>", "<div class=share>", "</div>", "<b>", "</b>", "<table>", "<tr>", "<td>", "</table>"),
        *("<br>", "<!--", "-->", "<script>", "</script>", "<a>", "</a>", "<title>", "</title>", "AI", "3万"),
        *("甲，", "乙。", "&nbsp;", "&amp;lt;", "&#19968;", "&#", "<", ">", "'", '"', "=", " ", "\n", "\0"),
        *("\xa0", "\ue0001\ue001"),
    )
)


@given(st.lists(_PARTS, max_size=60).map("".join))
def test_any_page_is_read_with_its_alignment(html: str) -> None:
    page = read_page(html)
    assert page.text.raw == html
    check_alignment(page)
    assert page == read_page(html)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2021-03-0510:20:30", datetime(2021, 3, 5, 10, 20, 30)),
        ("20210305102030", datetime(2021, 3, 5, 10, 20, 30)),
        ("2021.3.5", datetime(2021, 3, 5)),
        ("2021-03-05 10:20 +0000", datetime(2021, 3, 5, 18, 20)),
        ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 31, 23, 59, 59)),
        ("3月5日", None),
        ("", None),
    ],
)
def test_written_moments(said: str, moment: datetime | None) -> None:
    assert parse_published(said) == moment
