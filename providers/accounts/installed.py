"""The gateway that a page is about."""

from django.http import Http404

from providers import registry
from providers.contract.gateway import Gateway


def installed(provider: str) -> Gateway:
    """The gateway of *provider*. Raises Http404 when it is not installed (any more)."""
    try:
        return registry.get(provider)
    except registry.UnknownGateway as error:
        raise Http404 from error
