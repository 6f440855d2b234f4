"""Long checks of what the pipeline promises: faults are injected in great number, and counted.

::

    python -m tests.torture                 all checks in full
    python -m tests.torture kill signals    some of them
    python -m tests.torture --share 0.1     a tenth of each count
    python -m tests.torture --write         with the results in docs/reliability.md

Each module holds checks of one subject, ``check_X(count, folder, seed) -> Outcome``; ``__main__`` lists them.
"""
