"""Runs the Airflow DAG and the Dagster job of docs/examples with the real packages: make check-scheduling.

Each scheduler is installed into an environment of its own below build/scheduling, which stays for the next
time, and starts the pipeline three times: as it should be, while another run holds the tables, and on a
source most of whose records are broken.  What the scheduler says of each is compared with the exit codes.
Not part of the tests: it installs several hundred megabytes and takes minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from pipeline import read_metrics
from pipeline.snapshot import LOCK
from tests.shell_inputs import sentence

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PLACE = ROOT / "build" / "scheduling"
PACKAGES = {"airflow": "apache-airflow==3.3.2", "dagster": "dagster==1.13.29"}
CASES = {  # what is run, and what each scheduler is to say of it
    "done": {"airflow": ["success"], "dagster": ["RUN_SUCCESS"]},
    "held by another run": {"airflow": ["skipped"], "dagster": ["STEP_SKIPPED", "RUN_SUCCESS"]},
    "too many failures": {"airflow": ["failed"], "dagster": ["STEP_FAILURE", "RUN_FAILURE"]},
}
NEVER = {"airflow": "up_for_retry", "dagster": "STEP_UP_FOR_RETRY"}  # none of these is worth another try


def install(scheduler: str) -> Path:
    """The folder of programs of an environment with the scheduler in it."""
    programs = PLACE / scheduler / "bin"
    if not (programs / scheduler).exists():
        subprocess.run([sys.executable, "-m", "venv", PLACE / scheduler], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", PACKAGES[scheduler]], check=True)
    return programs


def make_home(folder: Path, case: str) -> Path:
    """A clone's folder as the examples expect it, with a few articles in raw/."""
    home = folder / case.replace(" ", "-")
    (home / "raw").mkdir(parents=True)
    (home / ".venv").symlink_to(sys.prefix)
    (home / "raw" / "good.txt").write_text(sentence(1), "utf-8")
    if case == "too many failures":
        (home / "raw" / "broken.jsonl").write_text("no JSON\n" * 12, "utf-8")
    return home


def hold(home: Path, case: str) -> AbstractContextManager[object]:
    """Hold the tables as another run would, where the case is of that."""
    if case != "held by another run":
        return nullcontext()
    (home / "processed").mkdir()
    return FileLock(home / "processed" / LOCK)


def run(command: list[str | Path], env: dict[str, str]) -> str:
    """All that the command says; a failed job may end a scheduler's command with any exit code."""
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def run_airflow(programs: Path, home: Path, folder: Path) -> str:
    dags = folder / "dags"
    dags.mkdir(exist_ok=True)
    shutil.copy(EXAMPLES / "airflow_dag.py", dags)
    env = {
        "NEWS_METRICS_HOME": str(home),
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    said = run([programs / "airflow", "db", "migrate"], env)
    said += run([programs / "airflow", "dags", "reserialize"], env)
    return said + run([programs / "airflow", "dags", "test", "news_metrics"], env)


def run_dagster(programs: Path, home: Path, folder: Path) -> str:
    example = EXAMPLES / "dagster_job.py"
    env = {"NEWS_METRICS_HOME": str(home), "DAGSTER_HOME": ""}
    return run([programs / "dagster", "job", "execute", "-f", example, "-j", "news_metrics"], env)


SCHEDULERS: dict[str, Callable[[Path, Path, Path], str]] = {"airflow": run_airflow, "dagster": run_dagster}


def check(scheduler: str, case: str, folder: Path) -> list[str]:
    """What the scheduler said or left undone that it should not have."""
    home = make_home(folder, case)
    with hold(home, case):
        said = SCHEDULERS[scheduler](install(scheduler), home, folder)
    told = [f"new_state={state}" if scheduler == "airflow" else state for state in CASES[case][scheduler]]
    faults = [f"did not say {state}" for state in told if state not in said]
    faults += [f"said {NEVER[scheduler]}"] if NEVER[scheduler] in said else []
    if case != "held by another run" and len(read_metrics(home / "processed")) != 2:
        faults.append("the tables do not hold the two rows of the good article")
    if faults:
        (PLACE / f"{scheduler}.log").write_text(said, "utf-8")
    return faults


def main() -> int:
    is_right = True
    for scheduler in SCHEDULERS:
        with TemporaryDirectory() as folder:
            for case in CASES:
                faults = check(scheduler, case, Path(folder))
                is_right = is_right and not faults
                print(f"{PACKAGES[scheduler]}, {case}: {'; '.join(faults) or 'as documented'}", flush=True)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
