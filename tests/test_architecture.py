"""What keeps the code in shape: imports go one way, the core is pure, files and functions stay short."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "pipeline"
FILES = sorted(ROOT.rglob("*.py"))
ORDER = (
    ("__init__",),
    ("model",),
    ("schema",),
    ("errors", "settings"),
    ("patterns",),
    ("vocabulary",),
    ("text",),
    ("ingest",),
    ("sections",),
    ("quantities",),
    ("context",),
    ("duplicates",),
    ("stages",),
    ("datapackage",),
    (
        "files",
        "parts",
        "tables",
        "rows",
        "receipts",
        "loaded",
        "earlier",
        "shards",
        "plan",
        "survey",
        "winners",
        "copies",
        "snapshot",
        "digests",
    ),
    ("locks", "publish"),
    ("executors", "preload"),
    ("cluster",),
    ("run",),
    ("readers",),
    ("scoring",),
    ("report",),
    ("lines",),
    ("explain", "console", "export", "doctor", "notebook"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}
CORE = ("model", "patterns", "vocabulary", "text", "sections", "quantities", "context", "duplicates")
BANNED = {
    "open", "print", "input", "exec", "eval", "date.today", "datetime.now", "datetime.today",
    "datetime.utcnow", "time.time", "time.sleep", "random.random", "jieba.cut", "jieba.lcut", "os.environ",
    "os.getenv", "Path.cwd",
}  # fmt: skip
# These read what the package and its libraries bring along: word lists, weights, dictionaries of jieba and
# opencc; nothing else of the core reads files.
READS_FILES = {
    "vocabulary/load.py", "vocabulary/read.py", "vocabulary/dictionary.py", "context/ranking.py",
    "text/script.py",
}  # fmt: skip
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def unit_of(file: Path) -> str:
    """The part of the package that a file belongs to."""
    return file.relative_to(ROOT).with_suffix("").parts[0]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The parts of the package that are imported, but for those that only type checking needs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "pipeline":
            parts = node.module.split(".")
            yield from (
                [parts[1]] if len(parts) > 1 else [name.name for name in node.names if name.name in LEVEL]
            )
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("pipeline."))
        yield from imports_of(node)


def test_every_part_has_its_place() -> None:
    assert {unit_of(file) for file in FILES} <= set(LEVEL)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_one_way(file: Path) -> None:
    own = LEVEL[unit_of(file)]
    wrong = {name for name in imports_of(parse(file)) if LEVEL[name] > own}
    assert not wrong, f"{file} imports {wrong}, which stand after it"


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize(
    "file", [file for file in FILES if unit_of(file) in CORE], ids=lambda file: str(file.relative_to(ROOT))
)
def test_the_core_has_no_clock_no_files_no_randomness(file: Path) -> None:
    tree = parse(file)
    names = set(called(tree)) | {
        f"{name.split('.')[-2]}.{name.split('.')[-1]}" for name in called(tree) if "." in name
    }
    assert not names & BANNED
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & {"random", "secrets", "time", "socket", "subprocess", "urllib.request"}
    if str(file.relative_to(ROOT)) not in READS_FILES:
        assert not any(name.endswith((".read_text", ".read_bytes", ".write_text")) for name in called(tree))


def test_files_stay_short() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def test_functions_stay_short() -> None:
    long = {}
    for file in FILES:
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] = length
    assert not long


def test_patterns_are_never_sliced() -> None:
    for file in FILES:
        assert ".pattern[" not in file.read_text("utf-8"), file
