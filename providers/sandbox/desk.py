"""What the sandbox remembers for one provider besides the ledger."""

from collections.abc import Iterable, Sequence

from providers.contract.books import Books
from providers.contract.rehearsal import Rehearsal, Template

from .limits import NumberLimits


class ProviderDesk:
    """Balance, serial number, templates and the limits per number. Implements the contract's Desk."""

    def __init__(self, rehearsal: Rehearsal, books: Books) -> None:
        self._rehearsal = rehearsal
        self.books = books
        self._limits = NumberLimits(rehearsal.frequencies)
        self._templates: dict[str, Template] = {}
        self.last_serial = 0
        self.balance = 0.0
        self.reset()

    def reset(self) -> None:
        """As on the first day, except that no number is given out again."""
        first = self._rehearsal.template
        self._templates = {first.id: first} if first else {}
        self._limits.clear()
        self.balance = self._rehearsal.starting_balance

    def serial(self) -> int:
        self.last_serial += 1
        return self.last_serial

    def too_often(self, number: str, at: float) -> str:
        return self._limits.broken(number, at)

    def templates(self) -> Sequence[Template]:
        return tuple(self._templates.values())

    def template(self, template_id: str) -> Template | None:
        return self._templates.get(template_id)

    def accept(self, numbers: Iterable[str], at: float, cost: float) -> None:
        self._limits.count(numbers, at)
        self.balance = max(self.balance - cost, 0.0)

    def keep_template(self, template: Template) -> None:
        self._templates[template.id] = template

    def drop_template(self, template_id: str) -> None:
        self._templates.pop(template_id, None)

    def restore(self, serial: int, balance: float, templates: Iterable[Template]) -> None:
        """Take up the state of an earlier run; serials that may not have been written down are jumped over."""
        self.last_serial = serial + 100_000
        self.balance = balance
        self._templates = {template.id: template for template in templates}
