"""``python -m pipeline`` is the command ``news-metrics``."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
