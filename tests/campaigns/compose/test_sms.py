import pytest

from campaigns.text.sms import size


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("好" * 70, "UCS-2", 70, 1),
        ("好" * 71, "UCS-2", 71, 2),
        ("好" * 134, "UCS-2", 134, 2),
        ("好" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("好" * 66 + "😀" + "好" * 66, "UCS-2", 134, 3),
    ],
)
def test_characters_and_parts_are_counted_as_networks_count(text, encoding, units, parts) -> None:
    found = size(text)
    assert (found.encoding, found.units, found.parts) == (encoding, units, parts)
