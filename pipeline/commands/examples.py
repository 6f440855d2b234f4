"""What ``--help`` shows at its end: calls to copy, by command."""

from __future__ import annotations

Example = tuple[str, str]

EXAMPLES: dict[str, tuple[Example, ...]] = {
    "run": (
        ("raw/ into processed/", "run"),
        ("other folders, four processes", "run --raw pages --processed tables --workers 4"),
        ("with words of your own", "run --words my-words.toml"),
        ("from a job whose messages a program collects", "run --log-format json --keep 5 2>> run.log"),
    ),
    "plan": (("what would run again, and why", "plan --raw pages --processed tables"),),
    "publish": (("to a bucket", "publish --to s3://bucket/news"),),
    "status": (
        ("what the tables hold, and the last five runs", "status --processed tables"),
        ("the same for a program", "status --json"),
    ),
    "head": (("twenty rows", "head --rows 20"),),
    "show": (("a row by its metric_id", "show 6f95ceb05a7f351f --raw pages --processed tables"),),
    "explain": (
        ("a sentence", "explain 2021年，全市法院新收案件12.3万件。 --published 2022-01-20"),
        ("a file", "explain - --words my-words.toml < article.txt"),
    ),
    "report": (
        ("all articles", "report"),
        ("those with fines, of 2024", "report -o fines.html --category fine --published-from 2024"),
        ("fifty that hold doubtful rows", "report -o unsure.html --below 0.4 --sample 50"),
    ),
    "marks": (("into the folder that score reads", "marks marks.json --into my-articles"),),
    "schema": (("all columns", "schema"),),
    "words": (
        ("the built-in lists and your own", "words --words my-words.toml"),
        (
            "an indicator of a sentence, to correct",
            "words --new 2024年，云州市夜校学员3.6万人次。 >> my-words.toml",
        ),
    ),
    "export": (
        ("all metrics for Excel", "export -o metrics.xlsx --headers zh"),
        (
            "fines of 2024 by courts, as CSV",
            "export -o fines.csv --category fine --subject 法院 --from 2024 --to 2024",
        ),
        ("surer facts, each once", "export -o facts.csv --core --facts --min-confidence 0.6 --no-duplicates"),
        ("all tables as CSV, with their description", "export -o tables --format csv --table all"),
        ("all tables as a database", "export -o news.duckdb --table all"),
    ),
    "score": (
        ("the project's own articles", "score tests/gold"),
        ("all faults, for a program", "score my-articles --json > score.json"),
    ),
    "doctor": (("before the first run", "doctor --raw pages --processed tables"),),
    "config": (
        ("what is set, and where", "config"),
        ("a file to begin with", "config > pipeline.toml"),
    ),
    "completion": (
        ("bash, in ~/.bashrc", "completion bash >> ~/.bashrc"),
        ("zsh", "completion zsh > ~/.zfunc/_news-metrics"),
        ("fish", "completion fish > ~/.config/fish/completions/news-metrics.fish"),
    ),
}


def spell_examples(command: str) -> str:
    """The examples of a command as they stand under its help; the sign at the top keeps the line ends."""
    lines = [f"  # {said}\n  news-metrics {call}" for said, call in EXAMPLES.get(command, ())]
    return "\n".join(["\b", "Examples:", *lines]) if lines else ""
