"""What a service refuses to do, in words for the person who asked."""

from typing import Any

from .words import in_words


class Refusal(Exception):
    """A business rule forbids the action: ``words`` say what happened, what it means and what to do.

    ``words`` is a (lazy) string or an object with ``text`` and ``values``. ``field`` names the form field that is to
    blame, if one is.
    """

    def __init__(self, words: Any, field: str | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.field = field

    @property
    def message(self) -> str:
        return in_words(self.words)

    def __str__(self) -> str:
        return self.message
