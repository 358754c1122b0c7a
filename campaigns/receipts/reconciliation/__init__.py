"""Asking providers for what did not come by itself."""
