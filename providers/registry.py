"""Which gateways there are: found in their folder, checked once, and never changed afterwards."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from . import gateways
from .contract.abilities import KINDS, Ability
from .contract.fields import FieldKind
from .contract.gateway import Gateway, KindFacts


class UnknownGateway(KeyError):
    """No installed gateway has this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"There is no gateway “{self.slug}”."


class BrokenGateway(Exception):
    """A gateway package does not keep the contract; the message names the package and what is wrong."""


def get(slug: str) -> Gateway:
    """The gateway with this slug.

    Raises UnknownGateway when there is none.
    """
    try:
        return _installed()[slug]
    except KeyError:
        raise UnknownGateway(slug) from None


def all_gateways() -> tuple[Gateway, ...]:
    """Every gateway, by name as people read it."""
    return tuple(sorted(_installed().values(), key=lambda gateway: gateway.name.casefold()))


def able_to(ability: Ability) -> tuple[Gateway, ...]:
    """The gateways that can do this, by name."""
    return tuple(gateway for gateway in all_gateways() if gateway.able_to(ability))


@cache
def _installed() -> Mapping[str, Gateway]:
    return discover(gateways)


def discover(package: ModuleType) -> Mapping[str, Gateway]:
    """The gateways in the sub-packages of *package* by slug; names that begin with an underscore are no gateways.

    Raises BrokenGateway for the first package that does not keep the contract.
    """
    found: dict[str, Gateway] = {}
    for name in _folders(package):
        gateway = _exposed(importlib.import_module(f"{package.__name__}.{name}"))
        fault = next(_faults(gateway, name), "")
        if fault:
            raise BrokenGateway(f"{package.__name__}.{name}: {fault}")
        found[name] = gateway
    return MappingProxyType(found)


def _folders(package: ModuleType) -> list[str]:
    modules = pkgutil.iter_modules(package.__path__)
    return sorted(module.name for module in modules if module.ispkg and not module.name.startswith("_"))


def _exposed(module: ModuleType) -> Gateway:
    gateway = getattr(module, "gateway", None)
    if not isinstance(gateway, Gateway):
        raise BrokenGateway(f"{module.__name__}: it exposes no Gateway under the name “gateway”")
    return gateway


def _faults(gateway: Gateway, folder: str) -> Iterator[str]:
    # A folder is unique, so a slug that equals it is unique too.
    if gateway.slug != folder:
        yield f"its slug “{gateway.slug}” is not the name of its folder"
    if not any(field.name == "base_url" and field.kind is FieldKind.URL for field in gateway.credentials):
        yield "its credentials have no URL named base_url"
    if not gateway.kinds:
        yield "it sends nothing"
    for kind, facts in gateway.kinds.items():
        if kind not in KINDS:
            yield f"“{kind}” is not a kind of message"
        if not isinstance(facts, KindFacts) or facts.max_callees < 1:
            yield f"it has no facts about “{kind}”"
    if gateway.services & set(KINDS):
        yield "a kind of message stands among its services"
