"""Configuration and the generic web layer. Knows no domain and names no vendor."""

from .celery import app as celery_app

__all__ = ("celery_app",)
