"""Finding recipients by the last digits of their number, and what that costs each time a row is written."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.sql.compiler import SQLCompiler

from notifyadmin.db.dialect import is_postgresql

ENDING = 4
"""Digits of a number's end that an index knows."""

_ARRAY = f"ARRAY[hashtextextended(RIGHT(%s, {ENDING}), %s)]"
_PENDING_KB = 1024


class Ending(models.Func):
    """The last :data:`ENDING` digits of a number; written out, because an index is only used for the very expression
    that it has."""

    arity = 1
    output_field = models.CharField()
    function = "SUBSTR"
    template = f"%(function)s(%(expressions)s, -{ENDING})"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, "RIGHT", f"%(function)s(%(expressions)s, {ENDING})", **context)


class EndingIndex(models.Index):
    """Ending and campaign, in a B-tree on SQLite and in an inverted index on PostgreSQL.

    PostgreSQL writes every index for each new version of a row, and ten thousand endings lie far apart in a B-tree: it
    cost more than all other indexes of an import together. An inverted index gathers what is new and files it at once.
    What is not yet filed is looked through by every search, so it is kept short.
    """

    suffix = "ending"

    def __init__(self, *, name: str) -> None:
        super().__init__(Ending("number"), "campaign", name=name)

    def deconstruct(self) -> Any:
        path, _expressions, _values = super().deconstruct()
        return path, (), {"name": self.name}

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **values: Any) -> Any:
        if not is_postgresql(schema_editor.connection):
            return super().create_sql(model, schema_editor, using=using, **values)
        name, table = map(schema_editor.quote_name, (self.name, model._meta.db_table))
        key = _ARRAY % ("number", "campaign_id")
        return f"CREATE INDEX {name} ON {table} USING gin (({key})) WITH (gin_pending_list_limit = {_PENDING_KB})"


class EndsIn(models.Func):
    """Whether a recipient is one of a campaign's whose numbers end in :data:`ENDING` digits, out of the index.

    On PostgreSQL the index knows a digest of both, so the digits must be asked for besides.
    """

    arity = 2
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, *columns: Any, campaign_id: int | None = None, digits: str = "", **extra: Any) -> None:
        super().__init__(*(columns or (F("number"), F("campaign"))), **extra)
        self.campaign_id, self.digits = campaign_id, digits[-ENDING:]

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *shape: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        number, campaign = (compiler.compile(column)[0] for column in self.source_expressions)
        values = (self.digits, self.campaign_id)
        if is_postgresql(connection):
            return f"{_ARRAY % (number, campaign)} @> ARRAY[hashtextextended(%s::text, %s::bigint)]", values
        return f"(SUBSTR({number}, -{ENDING}) = %s AND {campaign} = %s)", values
