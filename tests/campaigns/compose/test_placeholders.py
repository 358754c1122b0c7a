import pytest

from campaigns.text.placeholders import MissingVariable, names, pieces, render, usable_name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no variable", ()),
        ("{a}", ("a",)),
        ("{a} and {b} and {a}", ("a", "b")),
        ("{ 取件码 }", ("取件码",)),
        ("{} { } {a\nb} }{", ()),
        ("{{a}}", ("a",)),
    ],
)
def test_placeholders_are_found(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Hall {place}.", "Hall 2."),
        ("{place}{place}", "22"),
        ("{ place }", "2"),
        ("{} { } }{", "{} { } }{"),
        ("{{place}}", "{2}"),
        ("100 % of %s {place}", "100 % of %s 2"),
        ("{evil}", "{place}"),
    ],
)
def test_values_take_the_place_of_placeholders_and_nothing_else_changes(text: str, rendered: str) -> None:
    assert render(text, {"place": "2", "evil": "{place}"}) == rendered


@pytest.mark.parametrize("variables", [{}, {"place": ""}, {"place": " "}])
def test_a_missing_value_is_named(variables: dict[str, str]) -> None:
    with pytest.raises(MissingVariable) as caught:
        render("Hall {place}", variables)
    assert caught.value.name == "place"


def test_pieces_join_to_the_rendered_text_and_mark_what_is_missing() -> None:
    cut = pieces("Hall {place}, {floor}!", {"place": "2"})
    assert "".join(piece.text for piece in cut) == "Hall 2, {floor}!"
    assert [(piece.name, piece.missing) for piece in cut if piece.name] == [("place", False), ("floor", True)]


def test_a_header_becomes_a_name_that_can_stand_in_braces() -> None:
    assert usable_name(' {place}\n"of" \\ it ') == "place of it"
