"""What the columns of a list mean, as it is stored with the list and remembered for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from campaigns.models import ListFile
from campaigns.models import Mapping as Remembered


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a list's columns mean, as it is stored: places count from 0, ``columns`` are those with a name to keep.

    ``home`` is the country of numbers that carry no country code.
    """

    header: bool
    number: int
    columns: tuple[tuple[int, str], ...] = ()
    home: str = ""

    @classmethod
    def of(cls, list_file: ListFile) -> "Meaning":
        return cls.read(list_file.mapping)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Meaning":
        columns = tuple((int(place), str(name)) for place, name in stored.get("columns", ()))
        number = int(stored.get("number") or 0)
        return cls(bool(stored.get("header")), number, columns, str(stored.get("home", "")))

    def stored(self) -> dict[str, Any]:
        columns = [list(column) for column in self.columns]
        return {"header": self.header, "number": self.number, "columns": columns, "home": self.home}

    def remember(self, list_file: ListFile) -> None:
        """For the next list of the same shape that comes for the same purpose."""
        if list_file.shape:
            key = _key(list_file.purpose, list_file.shape)
            Remembered.objects.update_or_create(shape=key, defaults={"mapping": self.stored()})

    @classmethod
    def remembered(cls, purpose: str, shape: str) -> "Meaning | None":
        """What was said about the last list of this *shape* and *purpose*."""
        mapping = Remembered.objects.filter(shape=_key(purpose, shape)).values_list("mapping", flat=True).first()
        return cls.read(mapping) if mapping else None


def _key(purpose: str, shape: str) -> str:
    return sha256(f"{purpose} {shape}".encode()).hexdigest()
