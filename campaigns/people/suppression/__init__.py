"""Numbers that must not be reached."""
