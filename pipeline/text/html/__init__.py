"""News pages: main text, title, date, source and author."""
