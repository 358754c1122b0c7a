"""``{% load web %}``: the tags and filters of the web layer."""

from notifyadmin.web.templatetags.web import register

__all__ = ("register",)
