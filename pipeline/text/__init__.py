"""From raw text to clean text, never forgetting where a character came from."""
