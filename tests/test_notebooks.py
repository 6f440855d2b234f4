"""The notebooks run from top to bottom on the tables of the sample corpus, by the public API only."""

import ast
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


def execute(notebook: Path, processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The executed notebook, run by the Python that runs this test."""
    monkeypatch.setenv("NEWS_METRICS_PROCESSED", str(processed))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for folder in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(folder, str(tmp_path / folder))
    content = read(notebook)
    content.cells.append(nbformat.v4.new_code_cell("import sys; sys.executable"))
    place = {"metadata": {"path": str(notebook.parent)}}
    client = NotebookClient(content, timeout=300, kernel_name="python3", resources=place)
    return client.execute(env=dict(os.environ))


@pytest.mark.parametrize("notebook", names(NOTEBOOKS))
def test_a_notebook_runs(
    notebook: Path, processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = execute(notebook, processed, tmp_path, monkeypatch)
    assert outputs(executed, "text/plain")[-1] == repr(sys.executable)
    said = [o.text for cell in executed.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]
    assert not said, "warnings, such as of characters that the font lacks"
    if notebook.stem == "start_here":
        assert len(outputs(executed, "image/png")) == 1
        assert sum("<table" in table for table in outputs(executed, "text/html")) >= 8


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
