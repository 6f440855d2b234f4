"""The errors that the pipeline raises on purpose.  Each message says what is wrong, where, and what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors that are meant for the person who runs the pipeline."""

    exit_code = 74


class VocabularyError(PipelineError):
    """A word list that cannot be used; the message names file and line."""

    exit_code = 2


class UsageError(PipelineError):
    """Arguments that cannot be used."""

    exit_code = 2


class StorageError(PipelineError):
    """An input folder or output folder that cannot be read or written."""

    exit_code = 74


class LockedError(PipelineError):
    """Another run holds the output folder."""

    exit_code = 75


class ArticleError(PipelineError):
    """One article, record or file cannot be taken; it becomes a row in ``failures``.

    ``kind`` is the short name that the ``error`` column holds.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
