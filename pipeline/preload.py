"""What the server of worker processes loads once: each worker begins with it and shares its memory."""

from pipeline.shards import load_words

load_words(None).cut("收案")
