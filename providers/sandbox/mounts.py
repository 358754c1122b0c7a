"""Finds the gateways that can be rehearsed: adding a folder adds a route."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from providers import gateways
from providers.contract.rehearsal import Rehearsal


def rehearsals() -> dict[str, Rehearsal]:
    """The rehearsal of every gateway package that has a sandbox module, by slug."""
    found: dict[str, Rehearsal] = {}
    for package in pkgutil.iter_modules(gateways.__path__):
        if not package.ispkg or package.name.startswith("_"):
            continue
        name = f"{gateways.__name__}.{package.name}.sandbox"
        if find_spec(name):
            rehearsal: Rehearsal = import_module(name).rehearsal
            found[rehearsal.slug] = rehearsal
    return found
