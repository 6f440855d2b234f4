"""The tables, brought up to date every day by Dagster.

The pipeline has an environment of its own, so that its packages and Dagster's never meet: the op only
starts the command and reads its exit code.  Set NEWS_METRICS_HOME to the clone of the repository.
"""

import os
import subprocess
from pathlib import Path

from dagster import (
    DefaultScheduleStatus,
    Definitions,
    Failure,
    In,
    Nothing,
    OpExecutionContext,
    Out,
    Output,
    RetryRequested,
    ScheduleDefinition,
    job,
    op,
)

HOME = Path(os.environ.get("NEWS_METRICS_HOME", "/path/to/news-metrics"))
COMMAND = [".venv/bin/news-metrics", "run", "--raw", "raw", "--processed", "processed"]
LATER = (74, 130, 143)  # a disk that failed, a stop by a signal: trying again may help


@op(out=Out(Nothing, is_required=False))
def bring_up_to_date(context: OpExecutionContext):
    """Run the pipeline; what comes after it is skipped where another run is at work."""
    done = subprocess.run(COMMAND, cwd=HOME, text=True, stderr=subprocess.PIPE, check=False)
    context.log.info(done.stderr)
    if done.returncode == 75:
        context.log.warning("another run is at work")
        return
    if done.returncode in LATER:
        raise RetryRequested(max_retries=2, seconds_to_wait=600)
    if done.returncode:
        raise Failure(f"exit code {done.returncode}; trying again does not help", allow_retries=False)
    yield Output(None)


@op(ins={"tables": In(Nothing)})
def say_what_they_hold(context: OpExecutionContext):
    """An example of a step that reads the new tables."""
    command = [COMMAND[0], "status", "--processed", "processed"]
    context.log.info(subprocess.run(command, cwd=HOME, text=True, capture_output=True, check=True).stdout)


@job
def news_metrics():
    say_what_they_hold(bring_up_to_date())


every_day = ScheduleDefinition(
    job=news_metrics,
    cron_schedule="15 3 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=DefaultScheduleStatus.RUNNING,
)
defs = Definitions(jobs=[news_metrics], schedules=[every_day])
