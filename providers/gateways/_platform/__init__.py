"""Wire code of one platform that is sold under several brands; a brand declares its facts and is done."""

from .adapter import PlatformGateway, build_gateway
from .facts import BrandFacts

__all__ = ["BrandFacts", "PlatformGateway", "build_gateway"]
