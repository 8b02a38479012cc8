"""How words go from tables whose rows the application may neither change nor remove (Rule T7).

`LetWordsGo("chat.ChatMessage", ("text",))` in a migration makes the one function that puts a fixed sentence into the
place of those columns; `LetRowsGo("accounts.AuditEntry", at="at", days=365)` the one that removes rows, none younger
than that. Both work for the software itself alone (`Scope.is_system`), inside the scope's provider, and answer with a
number. All else of an append-only table stays out of the application's reach.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

REMOVED = "words removed"
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(ids bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE touched integer;
BEGIN
    {statement} WHERE tenancy_is_system() AND provider_id = tenancy_provider() AND id = ANY (ids){more};
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END $$
"""


def words_remove(model: type[models.Model], ids: Sequence[int]) -> int:
    """Take the words of these rows of an append-only table away. Needs the open scope of the software itself."""
    return _call("words_go", model, ids)


def rows_remove(model: type[models.Model], ids: Sequence[int]) -> int:
    """Remove these rows of an append-only table. Needs the open scope of the software itself.

    Raises ValueError where one of them is too young, or is not there.
    """
    gone = _call("rows_go", model, ids)
    if gone != len(set(ids)):
        raise ValueError(f"{len(set(ids)) - gone} rows of {model._meta.label} may not go yet.")
    return gone


def _call(prefix: str, model: type[models.Model], ids: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {prefix}_{model._meta.db_table}(%s::bigint[])", [list(ids)])
        return int(cursor.fetchone()[0])


class _Going(Operation):
    """A function over the rows of one table, named by its model's label: it may belong to another app."""

    reversible = True
    prefix = ""

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(self.model)._meta.db_table
        name = f"{self.prefix}_{table}"
        schema_editor.execute(FUNCTION.format(name=name, statement=self.statement(table), more=self.more()))
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {name}(bigint[]) FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {name}(bigint[]) TO {settings.DATABASE_APP_ROLE}")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(self.model)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION {self.prefix}_{table}(bigint[])")

    def statement(self, table: str) -> str:
        raise NotImplementedError

    def more(self) -> str:
        return ""


class LetWordsGo(_Going):
    """The words of some columns of an append-only table can be replaced. Empty ones stay empty."""

    prefix = "words_go"

    def __init__(self, model: str, columns: Sequence[str]) -> None:
        super().__init__(model)
        self.columns = tuple(columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [self.model, self.columns], {})

    def describe(self) -> str:
        return f"Let words of {self.model} go"

    def statement(self, table: str) -> str:
        changes = (f"{one} = CASE WHEN {one} = '' THEN '' ELSE '{REMOVED}' END" for one in self.columns)
        return f"UPDATE {table} SET {', '.join(changes)}"  # noqa: S608 - names of ours


class LetRowsGo(_Going):
    """Rows of an append-only table can be removed, where `days` says so only those whose `at` is that long ago."""

    prefix = "rows_go"

    def __init__(self, model: str, *, at: str = "", days: int = 0) -> None:
        super().__init__(model)
        self.at = at
        self.days = days

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [self.model], {"at": self.at, "days": self.days})

    def describe(self) -> str:
        return f"Let old rows of {self.model} go"

    def statement(self, table: str) -> str:
        return f"DELETE FROM {table}"  # noqa: S608 - a name of ours

    def more(self) -> str:
        return f" AND {self.at} < now() - interval '{self.days} days'" if self.at else ""
