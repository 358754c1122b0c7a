"""Which addresses an account may point to."""

import pytest

from providers.accounts.addresses import problem
from providers.contract.fields import Field, FieldKind

PLAIN = Field("base_url", "Address", FieldKind.URL)
DOCUMENTS_HTTP = Field("base_url", "Address", FieldKind.URL, help="Use http only if https does not work.")


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/api",
        "https://LOCALHOST",
        "https://127.0.0.1:8000",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3",
        "https://192.168.0.1",
        "https://169.254.169.254/latest",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://intranet",
        "https://db.internal",
        "https://printer.local.",
        "https://",
        "https://[::1",
        "https://user:pass@api.example.com",
        "http://api.example.com",
        "ftp://api.example.com",
        "https://api.example.com:99999",
    ],
)
def test_addresses_inside_or_unsafe_are_refused(url):
    assert problem(url, PLAIN, allow_private=False) is not None


@pytest.mark.parametrize("url", ["https://api.example.com", "https://api.example.com:8443/v3", "https://8.8.8.8/x"])
def test_public_https_addresses_are_taken(url):
    assert problem(url, PLAIN, allow_private=False) is None


def test_plain_http_is_taken_only_where_the_gateway_speaks_of_it():
    assert problem("http://api.example.com", DOCUMENTS_HTTP, allow_private=False) is None
    assert problem("http://127.0.0.1", DOCUMENTS_HTTP, allow_private=False) is not None


def test_rehearsal_allows_private_addresses():
    assert problem("http://127.0.0.1:8900/fake", PLAIN, allow_private=True) is None
