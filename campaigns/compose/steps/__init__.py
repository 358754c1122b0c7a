"""The steps of composing, and what is saved by each."""
