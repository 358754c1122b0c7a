"""The check page and the start."""
