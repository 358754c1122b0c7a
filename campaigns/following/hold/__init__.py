"""Holding all sending, and what is done after a restored backup."""
