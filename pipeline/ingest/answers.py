"""What a server answered, as a web archive keeps it, to an article.

>>> body = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html; charset=gbk\\r\\n\\r\\n<p>" + "收案".encode("gbk")
>>> head = b"WARC/1.0\\nWARC-Type: response\\nWARC-Target-URI: http://a.cn/1\\nContent-Length: %d\\n\\n"
>>> place = Place("a.warc", 0, "a.warc: record 1")
>>> answer = find_answer(ArchiveRecord(head % len(body), body, True), place)
>>> (article := read_answer(answer, place)).raw, article.url, article.encoding
('<p>收案', 'http://a.cn/1', 'gb18030')
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastwarc.stream_io import BrotliReader, ChunkedReader
from fastwarc.warc import HeaderMap, WarcRecord, WarcRecordType

from pipeline.errors import ArticleError
from pipeline.ingest.archives import ArchiveRecord
from pipeline.ingest.model import MAX_RECORD_BYTES, Form, Packing
from pipeline.ingest.records import Place, check_size, read_page_bytes
from pipeline.ingest.streams import unpack
from pipeline.model import Article
from pipeline.text.decode import decode

_FORMS = {"text/html": Form.HTML, "application/xhtml+xml": Form.HTML, "text/plain": Form.TEXT}
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})", re.IGNORECASE)
_PAGE_START = re.compile(rb"\s{0,99}(?:<!doctype\s+html|<html)", re.IGNORECASE)
_CHUNK_START = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]{0,9}(?:;[^\r\n]{0,999})?\r\n")
_GZIP = b"\x1f\x8b"
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it was sent: address, form, the charset that was named, the body and how it is coded."""

    url: str
    form: Form
    charset: str | None
    body: bytes
    codings: tuple[str, ...]
    is_chunked: bool


def find_answer(record: ArchiveRecord, place: Place) -> Answer | None:
    """The page that a record of an archive holds; None for one of another kind.

    Pages are the answers with status 200 that are HTML or plain text, but for a site's rules for robots.
    Raises ArticleError where the record or its page is not whole.
    """
    try:
        parsed = WarcRecord.from_reader(io.BytesIO(record.head + record.body), quirks_mode=True)
        url = decode(parsed.headers.get_bytes(b"WARC-Target-URI") or b"")[0].strip("<> \t")
        parsed.is_http = parsed.is_http or url.lower().startswith(("http:", "https:"))
        if parsed.record_type is not WarcRecordType.response or not parsed.is_http:
            return None
        parsed.parse_http(quirks_mode=True)
        http, body = parsed.http_headers, parsed.reader.read(len(record.body))
    except OSError as fault:
        raise ArticleError("damaged", f"{place.said}: cannot be read ({fault}); fetch it again") from fault
    if http is None or http.status_code is None:
        raise ArticleError("damaged", f"{place.said}: has no HTTP status; fetch the page again")
    form = _find_form(http, body)
    if http.status_code != 200 or form is None or _is_for_robots(url):
        return None
    if parsed.headers.get("WARC-Truncated"):
        raise ArticleError("cut_off", f"{place.said}: the crawler kept only part of the page; fetch it again")
    if not record.is_whole:
        check_size(MAX_RECORD_BYTES + 1, place)
    named = _CHARSET.search(http.get("Content-Type") or "")
    return Answer(url, form, named[1] if named else None, body, *_read_codings(http))


def read_answer(answer: Answer, place: Place) -> Article:
    """The article of a page.  Raises ArticleError where its body cannot be decoded or it cannot be taken."""
    body = answer.body
    try:
        if answer.is_chunked and _CHUNK_START.match(body):  # some archives keep the header and not the chunks
            body = _read_all(ChunkedReader(io.BytesIO(body)), place)
        for coding in reversed(answer.codings):
            body = _decode_body(body, coding, place)
    except (OSError, zlib.error) as fault:
        reason = " ".join(str(fault).split())[:100]
        message = f"{place.said}: its body is damaged ({reason}); fetch the page again"
        raise ArticleError("damaged", message) from fault
    return read_page_bytes(body, answer.form, place, answer.charset, answer.url or None)


def _find_form(http: HeaderMap, body: bytes) -> Form | None:
    kind = (http.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind:
        return _FORMS.get(kind)
    return Form.HTML if _PAGE_START.match(body) else None


def _is_for_robots(url: str) -> bool:
    try:
        return urlsplit(url).path == "/robots.txt"
    except ValueError:
        return False


def _read_codings(http: HeaderMap) -> tuple[tuple[str, ...], bool]:
    """What was done to the body, in order, and whether it is in chunks."""
    content = ",".join(http.get_multiple("Content-Encoding"))
    transfer = ",".join(http.get_multiple("Transfer-Encoding"))
    codings = [coding.strip().lower() for coding in f"{content},{transfer}".split(",")]
    chunked = "chunked" in codings
    return tuple(coding for coding in codings if coding not in ("", "identity", "chunked")), chunked


def _decode_body(body: bytes, coding: str, place: Place) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            # Some archives keep the header of what they have unpacked.
            packing = Packing.GZIP if body.startswith(_GZIP) else Packing.NONE
            return _read_all(unpack(io.BytesIO(body), packing, place.said), place)
        case "deflate":
            return _inflate(body, place)
        case "br":
            return _read_all(BrotliReader(io.BytesIO(body)), place)
        case "zstd":
            return _read_all(unpack(io.BytesIO(body), Packing.ZSTD, place.said), place)
        case _:
            message = f"{place.said}: is coded as {coding[:40]!r}, which is not known; unpack it"
            raise ArticleError("unsupported", message)


def _inflate(body: bytes, place: Place) -> bytes:
    """Servers send `deflate` with the header of zlib, as the standard says, and without."""
    has_header = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    decoder = zlib.decompressobj(15 if has_header else -15)
    data = decoder.decompress(body, MAX_RECORD_BYTES + 1)
    check_size(len(data), place)
    if not decoder.eof:
        raise zlib.error("it is cut off")
    return data


def _read_all(stream: io.BufferedReader | BrotliReader | ChunkedReader, place: Place) -> bytes:
    pieces, size = [], 0
    while piece := stream.read(_STEP):
        pieces.append(piece)
        size += len(piece)
        check_size(size, place)
    return b"".join(pieces)
