"""Pages that list articles are set aside; articles are not, whatever links they have."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from pipeline.ingest import Failure
from pipeline.model import Article
from pipeline.stages import steps_until, take_article
from pipeline.text.html import read_page
from pipeline.vocabulary import default_vocabulary

SHARED = Path(__file__).parents[2] / "shared"
TITLES = (
    "云州市召开全市营商环境大会", "河湾区老旧小区改造提前完工", "全市法院集中宣判一批涉企案件",
    "秋粮收购工作有序推进", "城南新区三所学校今秋投用", "市图书馆延长开放时间至晚九点",
    "轨道交通四号线全线贯通", "便民服务中心推出周末不打烊", "东江流域水质连续三年达标",
    "青年人才公寓首批交付入住",
)  # fmt: skip
SENTENCE = "记者从会上获悉，今年前三季度全市新增经营主体2.3万户，同比增长8.6%，其中个体工商户占六成以上。"
NAVIGATION = "".join(
    f'<a href="/{name}">{name}</a> ' for name in ("首页", "要闻", "政务", "财经", "视频", "专题")
)
FOOTER = "<div class=footer>版权所有 云州日报社 未经授权不得转载 ICP备00000000号</div>"


def page(body: str, title: str = "要闻动态_云州新闻网") -> str:
    return (
        f"<html><head><title>{title}</title></head><body><div class=nav>{NAVIGATION}</div>{body}{FOOTER}"
        "</body></html>"
    )


def link(number: int, text: str = "") -> str:
    return f'<a href="/2024/{number}.html">{text or TITLES[number % 10] + "（" + str(number) + "）"}</a>'


def day(number: int) -> str:
    return f"2024-0{number % 9 + 1}-1{number % 10}"


def repeat(pattern: str, count: int) -> str:
    """A pattern for each item: {a} link, {t} title, {d} date, {s} a sentence, {c} one that is cut short."""
    return "".join(
        pattern.format(
            a=link(number), t=f"{TITLES[number % 10]}（{number}）", d=day(number), n=number,
            s=SENTENCE, c=SENTENCE[:40],
        )
        for number in range(count)
    )  # fmt: skip


LISTS = {
    "links with dates": page(f"<ul>{repeat('<li>{a}<span>{d}</span></li>', 20)}</ul>"),
    "links in paragraphs": page(f"<div>{repeat('<p>· {a} ({d})</p>', 25)}</div>"),
    "links in a table": page(f"<table>{repeat('<tr><td>{n}</td><td>{a}</td><td>{d}</td></tr>', 20)}</table>"),
    "links without dates": page(f"<div>{repeat('<div class=item>{a}</div>', 30)}</div>"),
    "links under an introduction": page(
        f"<h1>要闻动态</h1><p>本栏目发布云州市要闻，欢迎关注。</p><ul>{repeat('<li>{a} {d}</li>', 20)}</ul>"
    ),
    "titles that a script opens": page(
        f"<ul>{repeat('<li onclick=go({n})>{t}<em>{d}</em></li>', 20)}</ul><div>共20页 上一页 下一页</div>"
    ),
    "titles after their dates": page(f"<div>{repeat('<p>[{d}] {t}</p>', 15)}</div>"),
    "search results": page(
        "<p>找到约1,200条结果</p>"
        + repeat("<div><h3>{a}</h3><p>{d} - {c}...</p><cite>news.example.cn</cite></div>", 10),
        "收案_搜索结果",
    ),
    "search results with marks": page(
        repeat(
            "<div><h3>{a}</h3><div>…{c}<em>新增</em>经营主体，同比<em>增长</em>…</div>"
            "<div>来源：某报 {d}</div></div>",
            8,
        )
    ),
    "teasers that are cut": page(repeat("<div><h2>{a}</h2><p>{c}……</p><span>{d}</span></div>", 12)),
    "teasers that lead on": page(repeat("<li>{a}<p>{s}<a href=/x>[详细]</a></p></li>", 12)),
    "teasers without an end": page(repeat("<li><h4>{a}</h4><p>{c}</p></li>", 6)),
    "whole teasers with dates": page(repeat("<li><h4>{a}</h4><span>{d}</span><p>{s}</p></li>", 10)),
    "teasers before their dates": page(repeat("<dl><dt>{a}</dt><dd>{s}</dd><dd>{d} 10:30</dd></dl>", 10)),
    "a front page": page(
        f"<div><h2>头条</h2><h3>{link(3)}</h3><p>{SENTENCE}</p></div>"
        f"<ul>{repeat('<li>{a}</li>', 40)}</ul><div><h2>专题</h2><p>{repeat('{a} ', 20)}</p></div>",
        "云州新闻网_云州人的网上家园",
    ),
    "a front page with some teasers": page(
        repeat("<div><h3>{a}</h3><p>{c}</p></div>", 2) + f"<ul>{repeat('<li>{a}</li>', 50)}</ul>"
    ),
    "tags and topics": page(f"<h1>标签</h1><div>{repeat('<span>{a}</span><br>', 30)}</div>"),
}
INFO = "<div class=info>2024-05-06 10:30 来源：云州日报 作者：李明</div>"
RELATED = f"<div><h3>相关新闻</h3><ul>{repeat('<li>{a} {d}</li>', 30)}</ul></div>"
PARAGRAPHS = f"<p>{SENTENCE * 2}</p><p>{SENTENCE * 3}</p><p>{SENTENCE}</p>"


def article(body: str, info: str = INFO, after: str = "") -> str:
    return page(f"<h1>{TITLES[0]}</h1>{info}<div id=content>{body}</div>{after}", f"{TITLES[0]}_云州新闻网")


ARTICLES = {
    "related news below": article(PARAGRAPHS, after=RELATED),
    "related news above": article(RELATED + PARAGRAPHS),
    "related news within": article(PARAGRAPHS + RELATED + PARAGRAPHS),
    "short, among many links": article(f"<p>{SENTENCE}</p>", after=RELATED * 3),
    "one sentence, among many links": article("<p>今天下午，轨道交通四号线全线贯通。</p>", after=RELATED),
    "short, of unknown source": article(f"<p>{SENTENCE * 2}</p>", info="2024-05-06", after=RELATED),
    "short, of no known title or source": page(f"<div><p>{SENTENCE}</p><p>{SENTENCE}</p></div>{RELATED}"),
    "many links in its sentences": article(
        repeat("<p>据{a}报道，全市新增经营主体2.3万户，<a href=/x>同比增长8.6%</a>，占六成以上。</p>", 12)
    ),
    "a round-up with linked headings": article(repeat("<h3>{a}</h3><p>{s}</p>", 8)),
    "a round-up with dates": article(repeat("<h3>{a}</h3><p>{d}，{s}</p>", 8)),
    "a round-up of long items": article(repeat("<p>{a}</p><p>{s}{s}{s}</p>", 8), info=""),
    "a round-up with plain headings": article(repeat("<p><b>{t}</b></p><p>{s}</p>", 10)),
    "a chronicle": article(repeat("<p>{d} {t}，出席会议的有各区负责人。</p>", 20)),
    "a chronicle of its days": article(f"<p>{SENTENCE * 2}</p>" + repeat("<p>{d} {t}</p>", 10)),
    "a list of cases": article(f"<p>{SENTENCE}</p>" + repeat("<p>{n}. {t}</p><p>{s}</p>", 10)),
    "a table of days": article(
        f"<p>{SENTENCE * 2}</p><table>{repeat('<tr><td>{t}</td><td>{d}</td></tr>', 12)}</table>"
    ),
    "links to attachments": article(f"<p>{SENTENCE * 2}</p>{repeat('<p>附件{n}：{a}</p>', 16)}"),
    "questions and answers": article(repeat("<p>问：{t}？</p><p>答：{s}</p>", 10)),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_set_aside(name: str) -> None:
    words = default_vocabulary()
    found = take_article(Article("a", LISTS[name], is_html=True), steps_until("read", words), lambda _: None)
    assert isinstance(found, Failure), found.text.clean
    assert (found.stage, found.error) == ("read", "list_page")


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_are_not_set_aside(name: str) -> None:
    found = read_page(ARTICLES[name])
    assert not found.is_list
    assert (
        "轨道交通" in found.text.clean or "同比增长8.6%" in found.text.clean or "出席会议" in found.text.clean
    )


@pytest.mark.skipif(not (SHARED / "html").exists(), reason="../shared/html is absent")
def test_no_page_of_an_article_is_set_aside() -> None:
    files = sorted((SHARED / "html" / "pages").glob("*.html.gz"))
    assert len(files) >= 50
    pages = {file.name: gzip.decompress(file.read_bytes()).decode("utf-8", "replace") for file in files}
    assert not [name for name, html in pages.items() if read_page(html).is_list]


@pytest.mark.skipif(not (SHARED / "corpus").exists(), reason="../shared/corpus is absent")
@pytest.mark.parametrize("after", ["", RELATED], ids=["alone", "among links"])
def test_no_article_of_the_corpus_is_set_aside(after: str) -> None:
    with gzip.open(SHARED / "corpus" / "news-real.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    records.sort(key=lambda record: hashlib.sha256(record["id"].encode()).hexdigest())
    pages = [
        article("".join(f"<p>{line}</p>" for line in r["text"].splitlines()), after=after)
        for r in records[:400]
    ]
    assert not [text for text in pages if read_page(text).is_list]
