"""What the server of the processes that are to be killed loads once."""

import pipeline.console
import pipeline.preload
import pipeline.run
import tests.torture.launch
import tests.torture.operations
import tests.torture.privileges
from pipeline.cli import app
from pipeline.digests import clean_code_digest, extract_code_digest

__all__ = ["app", "pipeline", "tests"]
clean_code_digest()
extract_code_digest()
