"""The report in a real browser: what is seen, what the keys do, what is kept, and that no text of it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import run_command
from pipeline.report.choose import Choice
from pipeline.report.write import write_report
from pipeline.scoring.annotated import read_annotated
from tests.browser import Browser, Page, find_chromium
from tests.shell_inputs import run, sentence, write_lines
from tests.torture.scripts import check_scripts

pytestmark = pytest.mark.skipif(
    find_chromium() is None, reason="no Chromium found: install the package chromium, or name it in CHROMIUM"
)
HANT = "2022年，雲嶺縣公安局罰款３.5萬元，同比下降2%。\r\n另有５０餘家企業受罰。"
FILLER = "当天上午阳光很好，街上的人们走走停停，谁也不急着回家，老槐树下坐着下棋的人。" * 6
LONG = "".join(f"{FILLER}乙县检查企业{number + 1200}家。\n" for number in range(300))
# The contrast of texts with what lies behind them; a canvas gives colours of any form back as numbers.
CONTRAST = """(() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour, under) => {
    pen.fillStyle = under; pen.fillRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    return `rgb(${[...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).join(",")})`;
  };
  const behind = (element) => element === null ? "white" : read(getComputedStyle(element).backgroundColor, behind(element.parentElement));
  const light = (colour) => {
    const [r, g, b] = colour.match(/\\d+/g).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const out = {};
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility() || element.disabled || element.closest(".dim, svg, .unseen, .skip, select")) continue;
    const back = behind(element), front = read(getComputedStyle(element).color, back);
    const [low, high] = [light(back), light(front)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) out[element.tagName + "." + element.className] = Math.round(ratio * 100) / 100;
  }
  return out;
})()"""  # noqa: E501

SELECT = """(() => {
  const all = document.querySelectorAll("#reader .text [data-at]");
  const pieces = [...all].filter((piece) => piece.firstChild);
  const start = pieces.map((piece) => piece.textContent).join("").indexOf("WORDS");
  const place = (at) => {
    for (const piece of pieces) {
      if (at <= piece.textContent.length) return [piece.firstChild, at];
      at -= piece.textContent.length;
    }
  };
  const range = document.createRange();
  range.setStart(...place(start));
  range.setEnd(...place(start + "WORDS".length));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
})()"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A raw folder, its tables, and the report on them."""
    folder = tmp_path_factory.mktemp("page")
    raw, processed, report = folder / "raw", folder / "processed", folder / "report.html"
    text = f"一、收案情况\n{sentence(1)}\n二、执行情况\n甲市法院执结案件50件，到位金额1.2亿元。"
    write_lines(
        raw / "a.jsonl",
        [
            {"id": "a", "title": "甲市法院通报", "published_at": "2022-01-05", "text": text},
            {"id": "b", "title": "乙縣罰款", "published_at": "2023-01-05", "text": HANT},
            {"id": "c", "title": "甲市法院通报", "published_at": "2022-02-05", "text": text},
            {"id": "d", "title": "一篇长文", "text": LONG},
            "{",
        ],
    )
    run(raw, processed)
    write_report(processed, raw, report, Choice())
    return raw, processed, report


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, places: tuple[Path, Path, Path]) -> Iterator[Page]:
    """The report as it opens, in Chinese; in the end it has made one request, its own, and no fault."""
    page = browser.open(places[2])
    if page.value("document.documentElement.lang") != "zh-Hans":
        page.press("l")
    yield page
    assert page.heard == [("request", places[2].resolve().as_uri())]
    page.close()


def text_of(page: Page, selector: str) -> str:
    said = page.value(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''")
    assert isinstance(said, str)
    return said


def facts(page: Page, panel: str = "#details") -> dict[str, str]:
    """The named values of a row as they are shown."""
    pairs = page.value(
        f"[...document.querySelectorAll('{panel} .facts dt')]"
        ".map((dt) => [dt.textContent, dt.nextElementSibling.textContent])"
    )
    return {name: value for name, value in pairs if name}


def choose(page: Page, quote: str) -> None:
    """Select a row by a click on its highlight, and wait until it is shown."""
    hit = f"[...document.querySelectorAll('.hit')].find((hit) => hit.textContent === {json.dumps(quote)})"
    page.value(f"{hit}.click()")
    page.wait_for(f"document.querySelector('#details .quote')?.textContent === {json.dumps(quote)}")


def test_a_highlight_shows_its_row_and_the_raw_text(page: Page) -> None:
    page.press("]")
    page.wait_for("document.querySelector('#reader h2').textContent === '乙縣罰款'")
    choose(page, "3.5万元")
    shown = facts(page)
    assert shown["数值"] == "35,000"
    assert shown["单位"] == "元"
    assert shown["类别"] == "罚没"
    assert shown["时期"] == "2022年"
    assert shown["主体"] == "云岭县公安局"
    assert {"规则", "置信度", "界限", "种类", "行号"} <= set(shown)
    assert text_of(page, "#details .raw mark") == "３.5萬元"
    assert "\r" in text_of(page, "#details .raw")
    assert page.value("document.querySelector('.hit.chosen').dataset.cat") == "fine"
    page.point_at(".hit:not(.chosen)")
    page.wait_for("!document.getElementById('tip').hidden")
    assert facts(page, "#tip")["种类"] == "同比 下降"
    page.press("Escape")
    assert page.value("document.getElementById('tip').hidden") is True


def test_repairs_are_marked_and_shown_as_raw_text(page: Page) -> None:
    page.press("]")
    page.wait_for("document.querySelector('#reader h2').textContent === '乙縣罰款'")
    raw = (
        "[...document.querySelectorAll('#reader .text p')].map((p) =>"
        " [...p.querySelectorAll('[data-at], .edit')].map((piece) => piece.dataset.raw ?? piece.textContent)"
        ".join('')).join('\\n')"
    )
    assert page.value(raw) == HANT.replace("\r\n", "\n ")  # a blank that was taken out is a sign
    assert page.value("document.getElementById('reader').dataset.repairs") == "off"
    page.press("g")
    style = "getComputedStyle(document.querySelector('.edit.changed')).textDecorationStyle"
    assert page.value(style) == "wavy"
    page.press("g")
    content = page.value("getComputedStyle(document.querySelector('.edit.changed'), '::before').content")
    assert content == '"，雲嶺縣"'


def test_sections_duplicates_and_failures_are_shown(page: Page) -> None:
    assert page.value("[...document.querySelectorAll('.text h3')].map((h) => h.textContent)") == [
        "一、收案情况不是标题", "二、执行情况不是标题",
    ]  # fmt: skip
    page.value("document.querySelectorAll('#article-list .item')[2].click()")
    page.wait_for("document.querySelector('.banner')?.textContent.includes('甲市法院通报')")
    page.press("4")
    assert "bad_json" in text_of(page, "#panel-lists")
    page.value("document.querySelector('#panel-lists td:nth-child(2) .link').click()")
    page.wait_for("document.querySelector('.article-nav .count').textContent === '1 / 4'")


def test_table_and_text_lead_to_each_other(page: Page) -> None:
    choose(page, "50件")
    page.press("o")
    page.wait_for("document.querySelector('#grid [aria-selected=true] .cell-quote')?.textContent === '50件'")
    page.press("j")
    page.wait_for("document.querySelector('#details .quote')?.textContent === '1.2亿元'")
    assert text_of(page, "#details .sentence mark") == "1.2亿元"
    page.press("o")
    page.wait_for("document.querySelector('.hit.chosen')?.textContent === '1.2亿元'")
    assert page.value("location.hash").startswith("#row=")


def test_the_table_is_sorted_and_filtered(page: Page) -> None:
    page.press("2")
    page.value("document.querySelector('.cell-value button').click()")
    first = "document.querySelector('#grid .item .cell-value').textContent"
    assert page.value(first) == "2"
    page.value("document.querySelector('.cell-value button').click()")
    assert page.value(first) == "120,000,000"
    assert page.value("document.querySelector('.cell-value').getAttribute('aria-sort')") == "descending"
    for field, value, count in [
        ("text", "执结", 4), ("category", "money", 2), ("from", "2022", 2), ("to", "2021", 4),
        ("body", "云岭", 3), ("text", "不存在", 0), ("least", "1.0", 0),
    ]:  # fmt: skip
        page.value("document.getElementById('filters').reset()")
        page.wait_for("!document.getElementById('filters').classList.contains('active')")
        page.value(f"document.getElementById('filters').elements.{field}.value = '{value}'")
        page.value(
            "document.getElementById('filters').dispatchEvent(new Event('submit', {cancelable: true}))"
        )
        said = text_of(page, "#matches")
        assert said.endswith(f"的 {count} 行"), (field, value, said)
        assert page.value("document.getElementById('grid').getAttribute('aria-rowcount')") == str(count + 1)


def test_long_texts_and_tables_stay_light(page: Page) -> None:
    page.press("2")
    page.value("document.getElementById('grid').scrollTop = 1e9")
    page.wait_for("document.querySelector('#grid .item:last-child .cell-value').textContent === '1499'")
    assert page.value("document.querySelectorAll('#grid .item').length") < 60
    page.value("document.querySelector('#grid .item:last-child').click()")
    page.press("1")
    page.wait_for("document.querySelector('.hit.chosen')?.textContent === '1499家'")
    assert page.value("document.querySelectorAll('#reader p').length") < 290
    assert "2 部分" in text_of(page, ".pager")


def test_articles_are_found_by_their_full_text(page: Page) -> None:
    page.value("document.getElementById('find-article').focus()")
    page.type("执结案件50")
    page.wait_for("document.getElementById('article-count').textContent === '4 篇中的 2 篇'")
    page.press("j")
    assert page.value("document.getElementById('find-article').value") == "执结案件50j"
    assert text_of(page, "#details .quote") == ""


def test_charts_open_rows_and_filter(page: Page) -> None:
    page.press("3")
    assert page.value("document.querySelectorAll('#panel-charts figure').length") >= 4
    page.value("document.querySelector('.bars .bar[data-cat=case_count]').closest('button').click()")
    assert page.value("document.getElementById('filters').elements.category.value") == "case_count"
    assert text_of(page, ".bars .bar-count") != ""


def test_language_and_theme(page: Page) -> None:
    assert text_of(page, "#tab-table") == "表格"
    page.press("l")
    assert text_of(page, "#tab-table") == "Table"
    assert page.value("document.documentElement.lang") == "en"
    before = page.value("getComputedStyle(document.body).backgroundColor")
    page.press("d")
    assert page.value("getComputedStyle(document.body).backgroundColor") != before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_can_be_told_from_what_lies_behind_them(page: Page, theme: str) -> None:
    if page.value("document.documentElement.dataset.theme") != theme:
        page.press("d")
    choose(page, "50件")
    page.press("a")
    for view in "1234":
        page.press(view)
        assert page.value(CONTRAST) == {}
    page.press("?")
    assert page.value(CONTRAST) == {}


def test_all_can_be_reached_and_has_a_name(page: Page) -> None:
    choose(page, "50件")
    for view in "1234":
        page.press(view)
        nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
        named = {"button", "tab", "textbox", "searchbox", "combobox", "listbox", "grid", "checkbox", "link"}
        nameless = [
            node["role"]["value"] for node in nodes
            if not node["ignored"] and node["role"]["value"] in named and not node["name"]["value"]
        ]  # fmt: skip
        assert not nameless
    page.press("1")
    page.value("document.activeElement.blur()")
    reached = []
    for _ in range(60):
        page.press("Tab")
        reached.append(page.value("document.activeElement.id || document.activeElement.className"))
    wanted = ["tab-article", "save", "search", "find-article", "article-list", "hit chosen", "row-list"]
    places = [next(at for at, name in enumerate(reached) if wish in name) for wish in wanted]
    assert places == sorted(places)
    page.press("?")
    assert page.value("document.getElementById('help').open") is True
    page.press("Escape")
    assert page.value("document.getElementById('help').open") is False


@pytest.mark.parametrize("width", [320, 390, 820])
def test_narrow_screens_hold_all(page: Page, width: int) -> None:
    page.resize(width, 800, mobile=width < 800)
    choose(page, "50件")
    for view in "1234":
        page.press(view)
        assert page.value("document.documentElement.scrollWidth") <= width
    page.press("1")
    page.wait_for("document.querySelector('.hit.chosen')")
    chosen = page.value("document.querySelector('.hit.chosen').getBoundingClientRect().bottom")
    if width < 760:
        assert chosen < page.value("document.getElementById('details').getBoundingClientRect().top")


def test_marks_are_kept_saved_loaded_and_annotated(
    browser: Browser, page: Page, places: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    page.press("]")
    page.wait_for("document.querySelector('#reader h2').textContent === '乙縣罰款'")
    choose(page, "3.5万元")
    page.press("e")
    page.value("document.querySelector('#form [name=indicator]').value = '罚款'")
    page.value("document.querySelector('#form [name=period_start]').value = '2022'")
    page.value("document.querySelector('#form [type=submit]').click()")
    assert "日期" in text_of(page, "#form .fault")
    page.value("document.querySelector('#form [name=period_start]').value = '2022-01-01'")
    page.value("document.querySelector('#form [type=submit]').click()")
    assert facts(page)["指标"] == "罚款"
    choose(page, "2%")
    page.press("r")
    page.wait_for("document.querySelector('#details .quote').textContent === '50余家'")
    add_selected(page, "企业受罚")
    page.value("document.querySelector('#form [name=value]').value = '50'")
    page.value("document.querySelector('#form [name=unit]').value = '家'")
    page.value("document.querySelector('#form [type=submit]').click()")
    page.press("f")
    page.wait_for("document.getElementById('progress').textContent.includes('审完 1 篇')")
    file = save_marks(browser, page, tmp_path)
    assert run_command(["marks", str(file), "--into", str(tmp_path / "into"), "--raw", str(places[0])]) == 0
    (article,) = read_annotated(tmp_path / "into")
    rows = {row["quote"]: row for row in article.rows}
    assert rows["３.5萬元"]["indicator"] == "罚款"
    assert "2%" not in rows
    assert (rows["企業受罰"]["value"], rows["企業受罰"]["unit"]) == (50, "家")
    check_loaded(browser, places[2], file)


def add_selected(page: Page, words: str) -> None:
    """Select words of the text that stand in one or more pieces, and ask for a row of them."""
    page.value(SELECT.replace("WORDS", words))
    page.press("n")
    page.wait_for(f"document.querySelector('#form .quote')?.textContent === '{words}'")


def save_marks(browser: Browser, page: Page, folder: Path) -> Path:
    context = browser.ask("Target.getTargetInfo", {"targetId": page.target})["targetInfo"]["browserContextId"]
    saving = {"behavior": "allow", "downloadPath": str(folder), "browserContextId": context}
    browser.ask("Browser.setDownloadBehavior", saving)
    page.press("s")
    file = folder / "marks.json"
    for _ in range(500):
        if file.exists() and file.stat().st_size:
            break
        time.sleep(0.01)
    return file


def check_loaded(browser: Browser, report: Path, file: Path) -> None:
    """A browser that knows nothing of the marks has them after loading; and after a fresh start, too."""
    page = browser.open(report)
    root = page.ask("DOM.getDocument")["root"]["nodeId"]
    field = page.ask("DOM.querySelector", {"nodeId": root, "selector": "#load-file"})["nodeId"]
    page.ask("DOM.setFileInputFiles", {"nodeId": field, "files": [str(file)]})
    page.wait_for("document.getElementById('progress').textContent.match(/1 (articles finished|篇)/)")
    page.go(report)
    page.press("]")
    page.wait_for("document.querySelectorAll('.hit.added').length === 1")
    assert page.value("document.querySelectorAll('.hit.is-reject').length") == 1
    assert page.value("document.querySelectorAll('.hit.is-correct').length") == 1
    page.close()


def test_no_text_runs_as_a_script(tmp_path: Path) -> None:
    outcome = check_scripts(12, tmp_path, 1)
    assert outcome.faults == ()
    assert outcome.injected >= 12 * 50
