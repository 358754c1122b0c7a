"""ihuyi 互亿无线, voice notification: one call per request, read from a template that the provider has reviewed."""

from .adapter import IhuyiGateway

gateway = IhuyiGateway()

__all__ = ["IhuyiGateway", "gateway"]
