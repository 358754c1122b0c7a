"""A new draft like an older campaign."""
