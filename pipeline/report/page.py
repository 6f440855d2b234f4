"""The report as one HTML file that needs no network and runs no script but its own.

What the articles say stands only in packed JSON blocks, in the letters of Base64; the script puts it on the
page as text.  The policy in the page's head names the digests of the one style and the one script, and allows
nothing else: no other script, no request, no form, no string made into markup.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.report.content import Content

ASSETS = Path(__file__).parent / "assets"
STYLES = ("base", "layout", "article", "table", "charts")
SCRIPTS = (
    "english", "chinese", "dom", "store", "filters", "list", "marks", "article", "details", "form", "table",
    "charts", "lists", "keys", "main",
)  # fmt: skip


def build_page(content: Content) -> bytes:
    """The whole file: the same content gives the same bytes."""
    style = "\n".join(_read(f"{name}.css") for name in STYLES)
    script = '"use strict";\n(() => {\n' + "\n".join(_read(f"{name}.js") for name in SCRIPTS) + "})();\n"
    page = _read("page.html")
    for mark, part in (
        ("policy", policy(style, script)),
        ("style", style),
        ("content", "\n".join(_blocks(content))),
        ("script", script),
    ):
        page = page.replace(f"<!--{mark}-->", part, 1)
    return page.encode()


def policy(style: str, script: str) -> str:
    """The content security policy: only this style, only this script.

    >>> policy("", "").split("; ")[:2]
    ["default-src 'none'", "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def pack_json(value: Any) -> str:
    """A value as JSON, compressed, in letters that end no element of a page.

    >>> import re
    >>> bool(re.fullmatch("[A-Za-z0-9+/=]+", pack_json({"title": "</script>"})))
    True
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode("ascii")


def _blocks(content: Content) -> Iterator[str]:
    yield f'<script type="application/json" id="index">"{pack_json(content.index)}"</script>'
    for number, block in enumerate(content.blocks):
        yield f'<script type="application/json" id="block-{number}">"{pack_json(block)}"</script>'


def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
