"""What left, written down outside the database: how a database is known that is older than what was sent from it."""
