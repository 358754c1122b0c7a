"""Erasing numbers, texts and raw bodies when they have been kept long enough, and everything about one number."""
