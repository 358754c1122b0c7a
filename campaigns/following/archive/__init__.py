"""Putting campaigns away that nobody needs to see every day."""
