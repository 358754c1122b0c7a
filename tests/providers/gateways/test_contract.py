"""The contract suite over every installed gateway; a new folder is tested without an edit here."""

from providers import registry

from .contract_suite import GatewayContract


class TestEveryGateway(GatewayContract):
    gateways = registry.all_gateways()


def test_there_are_gateways_to_test():
    assert TestEveryGateway.gateways
