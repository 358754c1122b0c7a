"""This brand in the bench."""

from tests.providers.gateways.platform_quick import answer

__all__ = ("answer",)
