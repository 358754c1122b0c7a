"""Django's backend for PostgreSQL, with durable commits (see ``base``)."""
