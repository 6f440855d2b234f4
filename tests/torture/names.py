"""Links, names and paths that lead astray, among the raw files and in the output folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from tests.shell_inputs import file_bytes, rows_of, sentence, write_lines
from tests.torture.inputs import States, find_leftovers, make_states, tables_of
from tests.torture.launch import finish, launch
from tests.torture.outcome import Outcome

SECRET = "秘密收案9876543件。"
GOOD = sentence(5)
REFUSED, TAKEN, PASSED = "refused", "taken", "passed over"
Make = Callable[[Path, Path], None]


def _link(target: str, name: str = "x.txt") -> Make:
    """Makes a link; `{out}` in its target is a folder beside the raw one."""
    return lambda raw, out: (raw / name).symlink_to(target.format(out=out))


def _file(name: str | bytes) -> Make:
    """Makes an article of its own under a name."""
    return lambda raw, out: _write(raw, os.fsdecode(name))


def _write(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{GOOD}编号{name.encode('utf-8', 'surrogateescape').hex()}。", "utf-8")


def _socket(raw: Path, out: Path) -> None:
    before = Path.cwd()
    os.chdir(raw)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("x.txt")
    os.chdir(before)


def _record(raw: Path, out: Path) -> None:
    names = dict.fromkeys(("id", "url", "publisher", "title"), "../../../x.parquet")
    write_lines(raw / "x.jsonl", [{**names, "text": GOOD}])


def _link_to_link(raw: Path, out: Path) -> None:
    (raw / ".y.txt").symlink_to(out / "secret.txt")
    (raw / "x.txt").symlink_to(".y.txt")


def _two_forms(raw: Path, out: Path) -> None:
    _write(raw, "x\u00e9.txt")
    _write(raw, "xe\u0301.txt")


def _hard_link(raw: Path, out: Path) -> None:
    _write(raw, "y.txt")
    os.link(raw / "y.txt", raw / "x.txt")


# What lies in the raw folder, and what becomes of it.
RAW: dict[str, tuple[Make, str]] = {
    "link to a file outside": (_link("{out}/secret.txt"), REFUSED),
    "link by ..": (_link("../outside/secret.txt"), REFUSED),
    "link by .. through a folder that is not": (_link("no/../../outside/secret.txt"), REFUSED),
    "link to a folder outside": (_link("{out}", "x"), REFUSED),
    "link to the root": (_link("/", "x"), REFUSED),
    "link to a device": (_link("/dev/zero"), REFUSED),
    "link to a process": (_link("/proc/self/environ"), REFUSED),
    "link to the standard input": (_link("/dev/stdin"), REFUSED),
    "link to itself": (_link("x.txt"), REFUSED),
    "link to nothing": (_link("gone.txt"), REFUSED),
    "link to a link outside": (_link_to_link, REFUSED),
    "link to the folder itself": (_link(".", "x"), PASSED),
    "link to the folder above": (_link("..", "x"), REFUSED),
    "packed link outside": (_link("{out}/secret.txt", "x.jsonl.gz"), REFUSED),
    "second name": (_hard_link, TAKEN),
    "pipe": (lambda raw, out: os.mkfifo(raw / "x.txt"), REFUSED),
    "socket": (_socket, REFUSED),
    "folder with the name of a file": (_file("x.txt/x.txt"), TAKEN),
    "newline": (_file("x\ny.txt"), TAKEN),
    "no UTF-8": (_file(b"x\xff\xfe.txt"), TAKEN),
    "GBK": (_file("新闻".encode("gbk") + b".txt"), TAKEN),
    "no UTF-8 in a folder": (_file(b"\xc3\x28/x.jsonl.txt"), TAKEN),
    "control characters": (_file("x\x1b[31m\x07\r.txt"), TAKEN),
    "right to left": (_file("x\u202etxt.exe.txt"), TAKEN),
    "wildcards": (_file("x*?[a-z]{b}.txt"), TAKEN),
    "quotes": (_file("x'\"`$(id);&|<>.txt"), TAKEN),
    "backslashes": (_file("x..\\..\\y.txt"), TAKEN),
    "an option": (_file("--x.txt"), TAKEN),
    "dots": (_file("x..y...txt"), TAKEN),
    "spaces": (_file(" x  .txt"), TAKEN),
    "per cent": (_file("x%s%00%2e%2e.txt"), TAKEN),
    "255 bytes": (_file("x" * 251 + ".txt"), TAKEN),
    "80 folders deep": (_file("x/" * 80 + "x.txt"), TAKEN),
    "two forms of one letter": (_two_forms, TAKEN),
    "hidden": (_file(".x.txt"), PASSED),
    "ids that are paths": (_record, TAKEN),
}  # fmt: skip


def _astray(name: str) -> Callable[[Path, Path], None]:
    """Makes a name in the output folder lead outside."""
    return lambda processed, out: _replace(processed / name, out)


def _replace(path: Path, out: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
    path.symlink_to(out)


def _false_receipt(processed: Path, out: Path) -> None:
    """A receipt that says that its part is a file outside."""
    file = processed / "current" / "receipts.jsonl"
    head, *lines = file.read_text("utf-8").splitlines()
    receipts = [json.loads(line) for line in lines]
    size = (out / "secret.txt").stat().st_size
    for receipt in receipts:
        for part in receipt["parts"]:
            part.update(file="../../../../outside/secret.txt", size=size)
    file.write_text("\n".join((head, *map(json.dumps, receipts))), "utf-8")


def _false_head(processed: Path, out: Path) -> None:
    """A list of receipts that calls a folder outside the snapshot before."""
    file = processed / "current" / "receipts.jsonl"
    _, *lines = file.read_text("utf-8").splitlines()
    head = json.dumps({"previous": "../../outside", "duplicates_code": ["x"]})
    file.write_text("\n".join((head, *lines)), "utf-8")


# What is done to the output folder; the run is done well or refused, and nothing outside changes.
OUTPUT: dict[str, Callable[[Path, Path], None]] = {
    **{f"{name} leads outside": _astray(name) for name in
       ("current", "metrics", ".work", ".snapshots", ".lock", "runs")},
    "a false receipt": _false_receipt,
    "a false head": _false_head,
}  # fmt: skip
ODD_OUTPUTS: tuple[bytes, ...] = (
    b"a\nb",
    b"\xff\xfe",
    " 新 闻 ".encode(),
    b"--x",
    b"*[a]?",
    b"year=2024",
    b"link",
)


def check_names(count: int, folder: Path, seed: int) -> Outcome:
    """Odd names and links in the raw folder, in the output folder, and of the output folder."""
    states = make_states(folder / "states", pages=0, lines=1)
    cases: list[Callable[[], list[str]]] = [
        *(lambda name=name: _judge_raw(folder / "raw", name) for name in RAW),
        *(lambda name=name: _judge_output(states, folder / "out", name) for name in OUTPUT),
        *(lambda name=name: _judge_name(states, folder / "odd", name) for name in ODD_OUTPUTS),
    ]
    step = max(1, len(cases) // count)
    chosen = cases if count >= 40 else cases[seed % step :: step][:count]
    faults = [fault for case in chosen for fault in case()]
    note = f"{len(RAW)} in the raw folder, {len(OUTPUT)} in the output folder, {len(ODD_OUTPUTS)} names of it"
    return Outcome(13, "links and odd names", len(chosen), tuple(faults), note)


def _judge_raw(folder: Path, name: str) -> list[str]:
    """What is wrong with a run over a raw folder that holds this."""
    shutil.rmtree(folder, ignore_errors=True)
    raw, out, processed = folder / "raw", folder / "outside", folder / "processed"
    raw.mkdir(parents=True)
    out.mkdir()
    (out / "secret.txt").write_text(SECRET, "utf-8")
    (raw / "good.txt").write_text(GOOD, "utf-8")
    make, expected = RAW[name]
    make(raw, out)
    code = finish(raw, processed)
    if code not in (0, 1):
        return [f"{name}: ended with {code}"]
    articles, failures = rows_of(processed, "articles"), rows_of(processed, "failures")
    found = REFUSED if failures else TAKEN if len(articles) > 1 else PASSED
    faults = [] if found == expected else [f"{name}: was {found}: {failures[:1]}"]
    if not any(row["source_path"] == "good.txt" for row in articles):
        faults.append(f"{name}: harms others")
    if any(SECRET in str(row) or "PATH=" in str(row) for row in (*articles, *failures)):
        faults.append(f"{name}: a file outside was read")
    shown = [str(row["source_path"]) for row in (*articles, *failures)]
    if len(set(shown)) < len(articles) + len(failures) or not all(path.isprintable() for path in shown):
        faults.append(f"{name}: is shown as {shown}")
    return faults


def _judge_output(states: States, folder: Path, name: str) -> list[str]:
    """What is wrong with a run into an output folder that was tampered with."""
    shutil.rmtree(folder, ignore_errors=True)
    out = folder / "outside"
    (out / "metrics").mkdir(parents=True)
    (out / "secret.txt").write_text(SECRET, "utf-8")
    (out / "metrics" / ".tmp-x").write_text(SECRET, "utf-8")
    before = _all_files(out)
    processed = states.copy_old(folder / "processed")
    OUTPUT[name](processed, out)
    code = finish(states.raw, processed)
    faults = [] if code in (0, 74) else [f"{name}: ended with {code}"]
    if _all_files(out) != before:
        faults.append(f"{name}: files outside were changed")
    if code == 0 and tables_of(processed) != states.after:
        faults.append(f"{name}: other tables")
    if any(SECRET.encode() in content for content in tables_of(processed).values()):
        faults.append(f"{name}: a file outside was taken in")
    return faults


def _judge_name(states: States, folder: Path, name: bytes) -> list[str]:
    """What is wrong with runs into an output folder that is called so."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    processed = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    if name == b"link":
        (folder / "elsewhere").mkdir()
        processed.symlink_to("elsewhere")
    said = folder / "said"
    codes = [launch(states.raw, processed, said=said).wait() for _ in range(2)]
    if codes != [0, 0]:
        return [f"output {name!r}: ended with {codes}: {said.read_bytes()[-300:]!r}"]
    faults = [] if file_bytes(processed) == states.after else [f"output {name!r}: other tables"]
    return faults + [f"output {name!r}: {left}" for left in find_leftovers(processed)]


def _all_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
