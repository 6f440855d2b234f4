"""Extracts metrics from scraped Chinese news articles: how much, of what, whose, when, how it changed."""
