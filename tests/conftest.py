"""How property tests draw their examples: the same ones in every run, or new ones where asked.

    HYPOTHESIS_PROFILE=explore make test

Steady examples keep a run from failing on a text that the run before did not draw; `explore` finds new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
