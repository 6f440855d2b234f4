"""The words that the pipeline knows: loaded from TOML, checked, frozen.

Word lists are data; an analyst edits them or adds a file of their own.  A file may hold

* ``[lists]`` — named lists of words: ``"bound.over.before" = ["超", "逾"]``; lists of one name in several
  files are joined;
* ``[[unit]]``, ``[[indicator]]``, ``[[region]]`` — see `shapes`.
"""

from pipeline.vocabulary.load import default_vocabulary, load_vocabulary
from pipeline.vocabulary.words import Indicator, Region, Unit, Vocabulary

__all__ = ["Indicator", "Region", "Unit", "Vocabulary", "default_vocabulary", "load_vocabulary"]
