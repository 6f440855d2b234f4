"""Texts that try to run or to fetch something, in every field of the tables, in raw files and word lists.

A real browser opens the report on them, shows every article and row in every view, and writes down what it
was made to do.  That the browser would notice is shown by a page that holds the same texts as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.report.choose import Choice
from pipeline.report.write import write_report
from tests.browser import Browser, Page
from tests.payloads import find_payloads, write_hostile
from tests.shell_inputs import run
from tests.torture.outcome import Outcome

LONGEST_WORD = 60
LONGEST_NAME = 180
_THINGS = "桌椅灯杯碗盘锅壶瓶罐箱柜床伞鞋"
IN_RAW = ("title", "body", "publisher", "author", "url", "file name", "unit", "subject")
# What no report holds, and a link that leads anywhere but to a page of the web.
FOREIGN = """(() => {
  const strange = "iframe, object, embed, img, video, audio, source, link, base, template, math, marquee, image, use, animate";
  const found = [...document.querySelectorAll(strange)].map((element) => element.tagName);
  for (const element of document.querySelectorAll("*")) {
    for (const { name } of element.attributes) if (name.startsWith("on") || name === "srcdoc" || name === "src") found.push(name);
    if (element.href && !/^https?:/.test(element.href.baseVal ?? element.href) && !element.matches(".skip")) found.push(element.href);
  }
  const scripts = document.querySelectorAll("script:not([type='application/json'])").length;
  return [...found, ...(scripts === 1 ? [] : [`${scripts} scripts`]), ...(document.querySelectorAll("style").length === 1 ? [] : ["style"])];
})()"""  # noqa: E501


_COUNT = "document.querySelector('.article-nav .count').textContent"


def check_scripts(count: int, folder: Path, seed: int) -> Outcome:
    """`count` payloads in every field: no script runs, nothing is fetched, none becomes an element."""
    payloads = list(find_payloads(count))
    fields = write_hostile(folder / "tables", payloads)
    write_report(folder / "tables", folder, folder / "tables.html", Choice())
    in_raw = _write_raw(folder, payloads)
    with Browser(folder) as browser:
        control = _unprotected(browser, folder, payloads)
        faults = _visit(browser, folder / "tables.html", count)
        faults += _visit(browser, folder / "raw.html", in_raw)
    if not control:
        faults.append("the browser notices nothing on a page that holds the texts as markup")
    note = (
        f"{count} payloads × ({fields} fields of the tables + {len(IN_RAW)} of raw files and word lists); "
        f"on a page that holds them as markup they ran or fetched {control} times"
    )
    return Outcome(14, "scripts", count * (fields + len(IN_RAW)), tuple(faults), note)


def _write_raw(folder: Path, payloads: Sequence[str]) -> int:
    """A report on raw files, their names and word lists with the payloads; gives the number of articles."""
    raw, words = folder / "raw", folder / "words.toml"
    raw.mkdir()
    units = {number: payload for number, payload in enumerate(payloads) if len(payload) <= LONGEST_WORD}
    names = ",\n".join(_toml(payload) for payload in units.values())
    lines = [f'[lists]\n"body.name" = [\n{names}]\n']
    records = []
    for number, payload in enumerate(payloads):
        measure = "".join(_THINGS[number // 15**place % 15] for place in (2, 1, 0)) + "具"
        if number in units:
            lines.append(f"[[unit]]\nname = {_toml(payload)}\nmeasures = [{_toml(measure)}]\n")
        text = f"{payload}\n2021年，{payload}收到来件{number + 5}{measure}，{payload}办结30件。"
        same = dict.fromkeys(("title", "publisher", "author", "url"), payload)
        records.append({"id": f"{number} {payload}", "text": text, **same})
        name = f"{number} {payload}".replace("/", "∕").encode()[:LONGEST_NAME].decode("utf-8", "ignore")
        (raw / f"{name}.txt").write_text(f"乙市{number}\n{text}", "utf-8")
    (raw / "a.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    words.write_text("".join(lines), "utf-8")
    summary = run(raw, folder / "processed", words=words, max_failures=1.0)
    write_report(folder / "processed", raw, folder / "raw.html", Choice())
    return summary.counts.rows["articles"]


def _visit(browser: Browser, report: Path, articles: int) -> list[str]:
    """What a report did that it must not do, when all of it has been shown."""
    page = browser.open(report)
    page.press("g")
    page.press("g")
    for number in range(articles):
        page.wait_for(
            f"document.querySelector('.article-nav .count').textContent === '{number + 1} / {articles}'"
        )
        page.press("j")
        if number % 10 == 0:
            for key in ("e", "Escape", "a", "f", "l"):
                page.press(key)
                page.wait_for(f"document.getElementById('form').open === {json.dumps(key == 'e')}")
        page.press("]")
    found = _foreign(page)
    for key in ("2", "End", "o", "3", "4", "l", "?", "Escape", "2"):
        page.press(key)
        page.wait_for(f"document.getElementById('help').open === {json.dumps(key == '?')}")
        found += _foreign(page)
    expected = ("request", report.resolve().as_uri())
    heard = [f"{kind}: {what}" for kind, what in page.heard if (kind, what) != expected]
    page.close()
    return [f"{report.name}: {what}" for what in heard + found]


def _foreign(page: Page) -> list[str]:
    found: list[str] = page.value(FOREIGN)
    return [f"foreign: {what}" for what in found]


def _unprotected(browser: Browser, folder: Path, payloads: Sequence[str]) -> int:
    """How often a page that holds the payloads as its markup ran or fetched something.

    Those that lead to another page are left out: they would end the count.
    """
    file = folder / "unprotected.html"
    ready = "<script>document.body.dataset.ready = 1</script>"
    staying = "".join(payload for payload in payloads if "http-equiv=refresh" not in payload)
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{ready}{staying}", "utf-8")
    page = browser.new_page()
    page.go(file)
    page.wait_for("document.readyState === 'complete'")
    heard = page.told("ran", "request")
    page.close()
    return len(heard) - 1


def _toml(text: str) -> str:
    """A text as TOML and JSON both write it."""
    return json.dumps(text)
