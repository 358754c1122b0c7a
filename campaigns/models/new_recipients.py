"""New recipients by SQL: one place knows what a row has to which nothing was sent yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from notifyadmin.db.sql import execute

from .recipient import Recipient
from .recipient_rows import literal

OWN = ("campaign_id", "position", "number", "typed", "variables")
"""What each row has of its own. Besides, it may say where it comes from: ``list_file_id`` and ``row``."""


def _defaults() -> dict[str, str | int]:
    """What the model says for all other columns that may not be empty: the database knows no defaults."""
    needed = (field for field in Recipient._meta.concrete_fields if not (field.null or field.primary_key))
    values = ((field.attname, field.get_default()) for field in needed if field.attname not in OWN)
    # A state is a text with a name; what is written is the text.
    return {column: str(value) if isinstance(value, str) else value for column, value in values if value is not None}


NEW = _defaults()
"""Database columns with the value that they have in every new row."""

_TABLE = Recipient._meta.db_table


def insert_select(columns: Mapping[str, str], source: str, parameters: Sequence[Any]) -> int:
    """Insert a new recipient for each row of *source*, SQL from its FROM on. Returns how many.

    *columns* has the SQL of each column of the row's own; *parameters* are those of the columns, then of the source.
    """
    names = ", ".join((*columns, *NEW))
    values = ", ".join((*columns.values(), *map(literal, NEW.values())))
    return execute(f"INSERT INTO {_TABLE} ({names}) SELECT {values} {source}", parameters)


def copy_people(source_id: int, target_id: int, condition: str = "TRUE", parameters: Sequence[Any] = ()) -> int:
    """Copy the people of one campaign into another that has none, numbered anew in their order. Returns how many.

    Who was erased has no number any more and is left out. One statement, whatever the number of people; *condition*
    is SQL on the rows of the source.
    """
    columns = {
        "campaign_id": "%s",
        "position": "row_number() OVER (ORDER BY position)",
        **{name: name for name in ("number", "typed", "variables")},
    }
    source = f"FROM {_TABLE} WHERE campaign_id = %s AND number NOT LIKE '#%%' AND ({condition})"
    return insert_select(columns, source, [target_id, source_id, *parameters])
