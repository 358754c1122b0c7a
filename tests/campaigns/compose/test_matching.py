"""The text that a template suggests."""

from campaigns.compose.steps.matching import starting_text
from providers.voicetemplates.matching import difference

V = "【变量】"
TEMPLATE = f"您好，快递已到{V}，取件码{V}，请领取。"


def test_a_new_text_is_the_template_with_the_columns_in_it_and_matches() -> None:
    text = starting_text(TEMPLATE, V, ["站"])
    assert text == "您好，快递已到{站}，取件码{column 3}，请领取。"
    assert difference(text, TEMPLATE, V) is None
