"""News pages: main text, title, date, source and author."""

from pipeline.text.html.page import Page, read_page
from pipeline.text.html.published import parse_published

__all__ = ["Page", "parse_published", "read_page"]
