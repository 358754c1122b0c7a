"""What a template's text has to be before anybody reviews it."""

from providers.contract.words import Words, gettext_noop

LONGEST = 1000


def problems(text: str, literal: str) -> list[Words]:
    """Why *text* cannot be handed in; *literal* is how a variable is written."""
    if not text.strip():
        return [Words(gettext_noop("The text is empty. Write what shall be said."))]
    found = []
    if len(text) > LONGEST:
        words = gettext_noop("%(length)s characters are too many; the limit is %(limit)s.")
        found.append(Words(words, {"length": len(text), "limit": LONGEST}))
    if literal and not text.replace(literal, "").strip():
        found.append(Words(gettext_noop("There are only variables. A reviewer needs the words around them.")))
    return found


def hints(text: str, literal: str) -> list[Words]:
    """What is allowed but likely a mistake."""
    if not literal or not text.strip():
        return []
    found = []
    if literal * 2 in text:
        found.append(Words(gettext_noop("Two variables stand next to each other; nobody can tell where one ends.")))
    if literal not in text:
        found.append(Words(gettext_noop("There is no variable: everybody hears exactly the same.")))
    return found


def variables(text: str, literal: str) -> int:
    """How many variables *text* has."""
    return text.count(literal) if literal else 0
