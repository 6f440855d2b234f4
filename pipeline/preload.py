"""What the server of worker processes builds once: each worker begins with it and shares its memory."""

import gc

import pipeline.shards  # noqa: F401  (loaded for the workers)
from pipeline.loaded import load_words
from pipeline.model import Article
from pipeline.stages import extract_document, read_document

_WORDS = load_words(None)
_ARTICLE = Article("", "2021年,全市法院新收案件12.3万件,同比增长5%。")
extract_document(read_document(_ARTICLE, _WORDS), _WORDS)  # builds the tokenizer and all patterns
gc.collect()
gc.freeze()  # a worker's collector leaves alone what is shared, so that it stays shared
