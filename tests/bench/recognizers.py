"""Recognizers-Text beside the pipeline: its Chinese models on the same texts.

It is no dependency, and it needs an older `emoji`, so it is installed into an environment of its own under
`build/`; this file is also the program that runs there:

    python tests/bench/recognizers.py < texts.json

reads a list of texts and prints the seconds of the processor that all Chinese models took for them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import venv
from pathlib import Path

HOME = Path(__file__).parents[2] / "build" / "recognizers"
PACKAGES = ("recognizers-text-suite==1.0.2a2", "emoji<2", "setuptools", "wheel")
MODELS = ("number", "percentage", "age", "currency", "dimension", "temperature", "datetime")
READY = "2021年,全市法院新收案件12.3万件,罚款30元,同比增长5%。"


def install() -> Path | None:
    """The Python of the environment, made where there is none; None where it cannot be made."""
    python = HOME / "bin" / "python"
    if not (HOME / ".ready").exists():
        venv.create(HOME, with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "--quiet", *PACKAGES]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            return None
        (HOME / ".ready").touch()
    return python


def time_recognizers(python: Path, texts: list[str]) -> float | None:
    """The seconds that the models take for the texts; None where they do not run."""
    command = [python, __file__]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def main() -> None:
    """Run all models over the texts of the standard input, once warmed up."""
    import recognizers_suite
    from recognizers_text import Culture

    models = [getattr(recognizers_suite, f"recognize_{name}") for name in MODELS]
    texts = json.load(sys.stdin)
    for model in models:
        model(READY, Culture.Chinese)
    before = time.process_time()
    for text in texts:
        for model in models:
            try:
                model(text, Culture.Chinese)
            except Exception as fault:  # some texts are more than a model can take; they cost what they cost
                print(f"{model.__name__}: {fault!r}", file=sys.stderr)
    print(time.process_time() - before)


if __name__ == "__main__":
    main()
