"""Composing, sending, following: wings, each of which may import only those below it."""
