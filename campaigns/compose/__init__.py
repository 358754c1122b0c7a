"""Composing a draft: its steps, what the check finds, test sends, beginnings from something existing, and the start."""
