"""Which lines of an article are headings, and the sections that they open."""

from pipeline.sections.split import heading_raw, split_sections

__all__ = ["heading_raw", "split_sections"]
