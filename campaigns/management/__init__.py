"""Commands, each of which calls what is below."""
