"""Small makers of things that tests need. No test asserts on a value that it did not set itself."""

from .fakes import FAKE_SLUG, FakeGateway, NoHttp
from .things import make_account, make_campaign, make_user, states_of

__all__ = ("FAKE_SLUG", "FakeGateway", "NoHttp", "make_account", "make_campaign", "make_user", "states_of")
