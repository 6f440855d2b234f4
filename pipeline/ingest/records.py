"""One record to one article."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.errors import ArticleError
from pipeline.ingest.model import MAX_PAGE_CHARS, MAX_RECORD_BYTES, MAX_RECORD_SAID, Form, RecordError
from pipeline.model import Article
from pipeline.text.decode import decode
from pipeline.text.html.published import parse_published

COLUMNS = ("id", "url", "title", "publisher", "author", "published_at", "text", "html")
_MAX_ID = 256
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})", re.IGNORECASE)
_BINARY = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "Parquet",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the file as shown, the record's number, and the words for it in a message."""

    source_path: str
    number: int
    said: str


def read_page_bytes(
    data: bytes, form: Form, place: Place, charset: str | None = None, url: str | None = None
) -> Article:
    """The article of a text or HTML file, or of what a server sent as one, with the charset that it named.

    Raises ArticleError where it is too large, binary or blank.
    """
    check_size(len(data), place)
    for magic, name in _BINARY.items():
        if data.startswith(magic):
            message = f"{place.said}: is {name}, not text; convert it, or correct its file name"
            raise ArticleError("binary", message)
    is_html = form is Form.HTML
    if charset is None and is_html and (declared := _CHARSET.search(data[:4096])):
        charset = declared[1].decode("ascii", "replace")
    raw, encoding = decode(data, charset)
    digest = hashlib.sha256(data).hexdigest()
    article_id = _made_id(place, data)
    _check_text(raw, is_html, place, article_id)
    return Article(article_id, raw, place.source_path, place.number, digest, encoding, is_html, url=url)


def read_fields(fields: Mapping[str, object], data: bytes, encoding: str, place: Place) -> Article:
    """The article of a record's named values; `data` are the record's bytes.

    Raises ArticleError where there is no text or a value has a type that cannot be taken.
    """
    given_id = _string(fields, "id", place, None)
    if given_id is not None and len(given_id) > _MAX_ID:
        raise ArticleError("bad_id", f"{place.said}: the id has over {_MAX_ID} characters; shorten it")
    article_id = given_id or _made_id(place, data)
    text = {name: _string(fields, name, place, article_id) for name in COLUMNS if name != "published_at"}
    is_html = text["text"] is None and text["html"] is not None
    raw = text["html"] if is_html else text["text"]
    if raw is None:
        has_column = "text" in fields or "html" in fields
        kind, what = (
            ("empty", "the text is blank") if has_column else ("no_text", "has no `text` and no `html`")
        )
        raise RecordError(kind, f"{place.said}: {what}; give the article's text", article_id)
    _check_text(raw, is_html, place, article_id)
    return Article(
        article_id,
        raw,
        place.source_path,
        place.number,
        hashlib.sha256(data).hexdigest(),
        encoding,
        is_html,
        url=text["url"],
        title=text["title"],
        publisher=text["publisher"],
        author=text["author"],
        published=_moment(fields.get("published_at")),
    )


def check_size(size: int, place: Place) -> None:
    """Raises ArticleError where a record of `size` bytes is over the cap."""
    if size > MAX_RECORD_BYTES:
        message = f"{place.said}: the record is over {MAX_RECORD_SAID}; split it, or leave it out"
        raise ArticleError("too_large", message)


def _made_id(place: Place, data: bytes) -> str:
    digest = hashlib.sha256(f"{place.source_path}\0{place.number}\0".encode())
    digest.update(data)
    return digest.hexdigest()[:16]


def _check_text(text: str, is_html: bool, place: Place, article_id: str) -> None:
    if is_html and len(text) > MAX_PAGE_CHARS:
        message = (
            f"{place.said}: the page is over {MAX_PAGE_CHARS:,} characters; give its text, or leave it out"
        )
        raise RecordError("too_large", message, article_id)
    if not text.strip("\0\ufeff \t\r\n\v\f\u3000\u00a0"):
        raise RecordError("empty", f"{place.said}: the text is blank; give the article's text", article_id)


def _string(fields: Mapping[str, object], name: str, place: Place, article_id: str | None) -> str | None:
    """A value as a string without lone surrogates; None for one that is missing or blank."""
    value = fields.get(name)
    if isinstance(value, bytes):
        value = decode(value)[0]
    if isinstance(value, int | float) and not isinstance(value, bool) and name not in ("text", "html"):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        kind = type(value).__name__
        message = f"{place.said}: `{name}` is a {kind}, not a string; write it as a string"
        raise RecordError("wrong_type", message, article_id)
    if not value.strip("\0\ufeff \t\r\n\v\f\u3000\u00a0"):
        return None
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _moment(value: object) -> datetime | None:
    """When a record says it was published; what cannot be read counts as not said."""
    if isinstance(value, datetime):
        return parse_published(value.isoformat())
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bytes):
        value = decode(value)[0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if abs(value) < 1e14 else ""
    return parse_published(value) if isinstance(value, str) else None
