"""How values are written, where the project differs from Django."""
