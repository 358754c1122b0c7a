"""People who are kept in lists, with tags."""
