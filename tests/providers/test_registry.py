"""Gateways are found in their folder, checked once and sealed."""

import importlib
import sys
import textwrap

import pytest

from providers import gateways, registry
from providers.contract.abilities import Ability

HEAD = """
from providers.contract.abilities import Ability
from providers.contract.fields import Field, FieldKind
from providers.contract.gateway import Gateway, KindFacts

class Invented(Gateway):
    slug = "{slug}"
    name = "{slug} company"
    website = "https://invented.test"
    credentials = (Field("base_url", "Address", FieldKind.URL),)
    settings = ()
    kinds = {{Ability.SMS: KindFacts((), 10, True, "page")}}
    services = frozenset()
    doors = ()
    number_words = "any"
    number_problem = check = prepare = balance = read_push = acknowledge = lambda self, *args: None
"""
GATEWAY = HEAD + "\ngateway = Invented()\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Makes an importable package with the given sub-packages and discovers it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    root = tmp_path / "inventedgateways"
    root.mkdir()
    (root / "__init__.py").touch()
    (root / "loose.py").write_text("raise AssertionError('a module is no gateway')")

    def discover(**packages):
        for name, source in packages.items():
            (root / name).mkdir()
            (root / name / "__init__.py").write_text(textwrap.dedent(source.format(slug=name)))
        importlib.invalidate_caches()
        return registry.discover(importlib.import_module("inventedgateways"))

    yield discover
    for name in [name for name in sys.modules if name.startswith("inventedgateways")]:
        del sys.modules[name]


def test_every_folder_is_a_gateway_and_underscored_ones_are_not(folder):
    found = folder(beta=GATEWAY, alpha=GATEWAY, _shared="raise AssertionError('not a gateway')")
    assert list(found) == ["alpha", "beta"]
    assert found["beta"].name == "beta company"


def test_the_mapping_is_sealed(folder):
    with pytest.raises(TypeError):
        folder(alpha=GATEWAY)["other"] = None


FAULTS = {
    "no gateway": ("x = 1", "exposes no Gateway"),
    "a class instead of an instance": (HEAD + "\ngateway = Invented\n", "exposes no Gateway"),
    "another slug": (GATEWAY.replace('"{slug}"\n', '"other"\n', 1), "not the name of its folder"),
    "no address": (GATEWAY.replace('"base_url"', '"url"'), "no URL named base_url"),
    "an address that is no URL": (GATEWAY.replace("FieldKind.URL", "FieldKind.TEXT"), "no URL named base_url"),
    "nothing to send": (GATEWAY.replace('{{Ability.SMS: KindFacts((), 10, True, "page")}}', "{{}}"), "sends nothing"),
    "no facts": (GATEWAY.replace('KindFacts((), 10, True, "page")', "None"), "no facts about “sms”"),
    "no callees": (GATEWAY.replace("(), 10", "(), 0"), "no facts about “sms”"),
    "a service as a kind": (GATEWAY.replace("Ability.SMS:", "Ability.REPORTS_BALANCE:"), "not a kind of message"),
    "a kind as a service": (GATEWAY.replace("frozenset()", "frozenset([Ability.SMS])"), "among its services"),
}


@pytest.mark.parametrize(("source", "complaint"), FAULTS.values(), ids=FAULTS)
def test_a_gateway_that_does_not_keep_the_contract_is_named(folder, source, complaint):
    with pytest.raises(registry.BrokenGateway, match=complaint) as error:
        folder(alpha=source)
    assert "inventedgateways.alpha" in str(error.value)


def test_the_installed_gateways_are_those_of_the_folder():
    slugs = {gateway.slug for gateway in registry.all_gateways()}
    assert slugs == set(registry.discover(gateways))
    assert slugs
    assert all(registry.get(slug).slug == slug for slug in slugs)


def test_gateways_are_the_same_each_time():
    assert [id(gateway) for gateway in registry.all_gateways()] == [id(gateway) for gateway in registry.all_gateways()]


def test_gateways_are_ordered_by_name():
    names = [gateway.name.casefold() for gateway in registry.all_gateways()]
    assert names == sorted(names)


@pytest.mark.parametrize("ability", Ability)
def test_those_able_to_something_are_exactly_those_that_say_so(ability):
    expected = [gateway for gateway in registry.all_gateways() if ability in gateway.abilities]
    assert list(registry.able_to(ability)) == expected


def test_an_unknown_gateway_is_a_key_error_that_people_understand():
    with pytest.raises(registry.UnknownGateway) as error:
        registry.get("nobody")
    assert isinstance(error.value, KeyError)
    assert str(error.value) == "There is no gateway “nobody”."
