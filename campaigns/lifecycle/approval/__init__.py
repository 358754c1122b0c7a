"""A second person's yes to exactly what is sent."""
