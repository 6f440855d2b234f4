"""The stages that an article goes through, pure functions, and the one place where its fault becomes a row.

>>> from pipeline.vocabulary import default_vocabulary
>>> words = default_vocabulary()
>>> document = read_document(Article("a1", "2021年，全市法院新收案件12.3万件。"), words)
>>> [(metric.quote, int(metric.value)) for metric in extract_document(document, words)]
[('12.3万件', 123000)]
"""

from __future__ import annotations

import ctypes
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType, MappingProxyType
from typing import Any

from pipeline.context.link import link_metrics
from pipeline.errors import ArticleError, StorageError
from pipeline.ingest import Failure
from pipeline.model import Article, Document, Metric
from pipeline.sections.split import split_sections
from pipeline.text.aligned import AlignedText
from pipeline.text.clean import clean_text
from pipeline.text.html import read_page
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.cleaning import cleaning_words

ARTICLE_SECONDS = 60.0
_AGAIN = 1.0
_ADDRESS = re.compile(r" at 0x[0-9a-f]{1,16}")

Stage = Callable[[Any, Vocabulary], Any]
Step = tuple[str, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that went through the stages, with its metrics."""

    document: Document
    metrics: tuple[Metric, ...] = ()


def open_article(article: Article, words: Vocabulary) -> Document:
    """The main text of an article, not yet cleaned, and what the record and its page say of it."""
    if not article.is_html:
        text = AlignedText.of(article.raw)
        return Document(article, text, (), title=article.title, publisher=article.publisher,
                        author=article.author, published=article.published)  # fmt: skip
    page = read_page(article.raw)
    if page.is_list:
        raise ArticleError("list_page", "the page lists articles and holds none")
    return Document(
        article,
        page.text,
        (),
        title=article.title or page.title,
        publisher=article.publisher or page.publisher,
        author=article.author or page.author,
        published=article.published or page.published,
    )


def clean_document(document: Document, words: Vocabulary) -> Document:
    """The document with its text cleaned; metadata still missing are taken from the text's header."""
    cleaned = clean_text(document.text, cleaning_words(words))
    header = cleaned.header
    return replace(
        document,
        text=cleaned.text,
        script=cleaned.script,
        title=document.title or header.title,
        publisher=document.publisher or header.publisher,
        author=document.author or header.author,
        published=document.published or header.published,
    )


def split_document(document: Document, words: Vocabulary) -> Document:
    """The document with its sections."""
    return replace(document, sections=split_sections(document.text, words, document.title))


def link_document(document: Document, words: Vocabulary) -> Taken:
    """The document with its metrics."""
    return Taken(document, link_metrics(document, words))


STAGES: Mapping[str, Stage] = MappingProxyType(
    {"read": open_article, "clean": clean_document, "sections": split_document, "metrics": link_document}
)


def read_document(article: Article, words: Vocabulary) -> Document:
    """From an article as it was read to its document: main text, cleaned, metadata, sections."""
    return split_document(clean_document(open_article(article, words), words), words)


def extract_document(document: Document, words: Vocabulary, *, explained: bool = False) -> tuple[Metric, ...]:
    """The metrics of a document; `explained` ones say why each choice was made."""
    return link_metrics(document, words, explained=explained)


def steps_until(until: str, words: Vocabulary, stages: Mapping[str, Stage] = STAGES) -> tuple[Step, ...]:
    """The stages up to `until`, each with the words filled in.

    >>> [name for name, step in steps_until("clean", words=None)]
    ['read', 'clean']
    """
    names = list(STAGES)
    return tuple((name, _with(stages[name], words)) for name in names[: names.index(until) + 1])


def _with(stage: Stage, words: Vocabulary) -> Callable[[Any], Any]:
    return lambda value: stage(value, words)


def take_article(
    article: Article,
    steps: tuple[Step, ...],
    enter: Callable[[str], None],
    seconds: float = ARTICLE_SECONDS,
) -> Any | Failure:
    """Put an article through the steps.  Whatever goes wrong becomes a Failure, here and nowhere else.

    `enter` is told each stage as it begins; an article that takes more than `seconds` is set aside whole.
    Raises StorageError where `enter` does: a broken disk is no fault of the article.
    """
    stage = "read"
    value: Any = article
    try:
        with _deadline(seconds):
            for stage, step in steps:
                enter(stage)
                value = step(value)
            return value
    except StorageError:
        raise
    except ArticleError as error:
        return failure_of(article, stage, error.kind, str(error))
    except _Overtime:
        return failure_of(article, stage, "timeout", f"took more than {seconds:g} seconds and was set aside")
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        return failure_of(article, stage, type(error).__name__, str(error) or "no message")


def failure_of(article: Article, stage: str, kind: str, message: str) -> Failure:
    """The failure of an article in a stage; the message holds nothing that differs from run to run."""
    message = _ADDRESS.sub("", message).encode("utf-8", "replace").decode()[:500]
    return Failure(article.source_path, article.source_record, article.id, stage, kind, message)


class _Overtime(BaseException):
    """The article's time is up.  No Exception, so that no `except Exception` on the way swallows it."""


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise _Overtime in the block after `seconds` by the clock."""
    if threading.current_thread() is not threading.main_thread():
        with _thread_deadline(seconds):
            yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Overtime

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again, for a library may drop what is raised while it calls back.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _thread_deadline(seconds: float) -> Iterator[None]:
    """The same in a thread, which gets no signals, such as a cluster's workers run their tasks in."""
    thread, lock, is_over = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()

    def ring() -> None:
        is_over.wait(seconds)
        while not is_over.is_set():
            with lock:
                if not is_over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Overtime))
            is_over.wait(_AGAIN)

    threading.Thread(target=ring, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            is_over.set()
