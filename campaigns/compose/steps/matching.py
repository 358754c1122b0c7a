"""A campaign's text as its template suggests it; whether a text fits decides providers.voicetemplates.matching."""

from collections.abc import Sequence

from campaigns.people.audience.reading import numbered_column
from campaigns.text.placeholders import placeholder


def starting_text(template: str, variable: str, columns: Sequence[str]) -> str:
    """*template* with each *variable* replaced by a placeholder: the columns in order, then numbered names."""
    literals = template.split(variable) if variable else [template]
    text = literals[0]
    for place, literal in enumerate(literals[1:]):
        name = columns[place] if place < len(columns) else numbered_column(place + 2)
        text += placeholder(name) + literal
    return text
