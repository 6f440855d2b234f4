"""The commands that do more than a run: one module each, which says its options and calls what does it."""
