"""The notebooks run from top to bottom on the tables of the sample corpus, by the public API only."""

import ast
import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import pipeline
from tests.shell_inputs import run as run_pipeline

ROOT = Path(__file__).parents[1]
SHOWN = {  # pictures and tables of each notebook
    "start_here": (1, 16),
    "cases_fines_users": (2, 6),
    "reviewing_quality": (2, 12),
    "your_own_indicator": (1, 5),
}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def names(notebooks: list[Path]) -> Iterator[Any]:
    return (pytest.param(notebook, id=notebook.stem) for notebook in notebooks)


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "processed"
    run_pipeline(ROOT / "raw", folder)
    return folder


def read(notebook: Path) -> Any:
    return nbformat.read(notebook, as_version=4)


def outputs(executed: Any, kind: str) -> list[Any]:
    """What the cells put out in the MIME type `kind`."""
    shown = [output for cell in executed.cells for output in cell.get("outputs", ())]
    return [output.data[kind] for output in shown if kind in output.get("data", {})]


async def execute(notebook: Path, env: dict[str, str]) -> Any:
    """The executed notebook, run by the Python that runs this test."""
    content = read(notebook)
    content.cells.append(nbformat.v4.new_code_cell("import sys; sys.executable"))
    place = {"metadata": {"path": str(notebook.parent)}}
    client = NotebookClient(content, timeout=300, kernel_name="python3", resources=place)
    return await client.async_execute(env=env)


async def execute_all(env: dict[str, str], folder: Path) -> list[Any]:
    """All notebooks executed, each with a folder of its own for what matplotlib keeps."""
    own = [{**env, "MPLCONFIGDIR": str(folder / notebook.stem)} for notebook in NOTEBOOKS]
    return await asyncio.gather(*map(execute, NOTEBOOKS, own))


@pytest.fixture(scope="module")
def executed(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All notebooks by name, run side by side; nothing is read from or written to the user's own folders."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWS_METRICS_PROCESSED", str(processed))
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        patch.setenv("PYTHONPATH", str(ROOT))
        for own in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(own, str(folder / own))
        env = {**os.environ, "TMPDIR": str(folder)}
        done = asyncio.run(execute_all(env, folder))
        yield dict(zip((notebook.stem for notebook in NOTEBOOKS), done, strict=True))


@pytest.mark.parametrize("notebook", names(NOTEBOOKS))
def test_a_notebook_runs(notebook: Path, executed: dict[str, Any]) -> None:
    done = executed[notebook.stem]
    assert outputs(done, "text/plain")[-1] == repr(sys.executable)
    said = [o.text for cell in done.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]
    assert not said, "warnings, such as of characters that the font lacks"
    tables = sum("<table" in shown for shown in outputs(done, "text/html"))
    assert (len(outputs(done, "image/png")), tables) == SHOWN[notebook.stem]


@pytest.mark.parametrize("notebook", names(NOTEBOOKS))
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    content = read(notebook)
    nbformat.validate(content)
    cells = [cell for cell in content.cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.mark.parametrize("notebook", names(NOTEBOOKS))
def test_a_notebook_uses_the_public_api_only(notebook: Path) -> None:
    code = "\n".join(cell.source for cell in read(notebook).cells if cell.cell_type == "code")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            assert not any(name.name.split(".")[0] == "pipeline" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pipeline":
            assert node.module == "pipeline"
            assert {name.name for name in node.names} <= set(pipeline.__all__)


def test_pictures_have_chinese_letters_or_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "notebooks")
    import chinese
    from matplotlib import font_manager, rcParams

    assert chinese.use_chinese_font() == "Noto Sans CJK SC"
    (family,) = rcParams["font.family"]
    assert font_manager.findfont(family, fallback_to_default=False).endswith(".ttc")
    with pytest.raises(RuntimeError, match="pip install noto-cjk-sans-otc"):
        chinese.use_chinese_font(("No Such Font",))


@pytest.mark.parametrize(
    ("number", "written"), [(292_000_000, "2.92亿"), (126_000, "12.6万"), (1000, "1,000"), (0.5, "0")]
)
def test_numbers_are_written_as_the_news_does(
    number: float, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "notebooks")
    import chinese

    assert chinese.in_chinese(number) == written
