"""What holds all sending by itself: a database that does not know what left it."""
