"""The tables, brought up to date every day by Airflow 3.

The pipeline has an environment of its own, so that its packages and Airflow's never meet: the task only
starts the command and reads its exit code.  Set NEWS_METRICS_HOME to the clone of the repository.
"""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

HOME = Path(os.environ.get("NEWS_METRICS_HOME", "/path/to/news-metrics"))
COMMAND = [".venv/bin/news-metrics", "run", "--raw", "raw", "--processed", "processed"]
LATER = (74, 130, 143)  # a disk that failed, a stop by a signal: trying again may help


@dag(
    schedule="15 3 * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
)
def news_metrics() -> None:
    @task(retries=2, retry_delay=timedelta(minutes=10), execution_timeout=timedelta(hours=6))
    def run() -> str:
        """What the run said.  Of a failed one it stands in the task's log."""
        done = subprocess.run(COMMAND, cwd=HOME, text=True, stderr=subprocess.PIPE, check=False)
        print(done.stderr)
        if done.returncode == 75:
            raise AirflowSkipException("another run is at work")
        if done.returncode in LATER:
            raise AirflowException(f"exit code {done.returncode}")
        if done.returncode:
            raise AirflowFailException(f"exit code {done.returncode}; trying again does not help")
        return done.stderr

    run()


news_metrics()
