"""The migration operation that keeps the rows of confidential tickets from everybody but their readers (Rule T6).

`KeepConfidential("Message")` gives the table of a model that hangs on a ticket a restrictive policy beside the tenant
wall's: both must let a row pass. Which tickets the scope's person may not read is asked once for each query
(`tickets_hidden()`); of `through` it is enough that its own row can be seen. A table with two such keys takes the
operation twice, the second time with a `policy` of another name.
"""

from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

HIDDEN = "ALL ((SELECT tickets_hidden())::bigint[])"


class KeepConfidential(Operation):
    """A policy over one foreign key: to a ticket, or (`through`) to a row that is kept by such a policy itself."""

    reversible = True

    def __init__(
        self, model: str, *, field: str = "ticket", through: bool = False, policy: str = "confidential"
    ) -> None:
        self.model = model
        self.field = field
        self.through = through
        self.policy = policy

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            type(self).__qualname__,
            [self.model],
            {"field": self.field, "through": self.through, "policy": self.policy},
        )

    def describe(self) -> str:
        return f"Keep {self.model} of confidential tickets to their readers"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, condition = self._of(app_label, to_state.apps)
        schema_editor.execute(f"DROP POLICY IF EXISTS {self.policy} ON {table}")
        schema_editor.execute(f"CREATE POLICY {self.policy} ON {table} AS RESTRICTIVE USING ({condition})")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, _condition = self._of(app_label, from_state.apps)
        schema_editor.execute(f"DROP POLICY IF EXISTS {self.policy} ON {table}")

    def _of(self, app_label: str, apps: Apps) -> tuple[str, str]:
        """The table and which of its rows are seen."""
        model = apps.get_model(app_label, self.model)
        field: Any = model._meta.get_field(self.field)
        table, column = model._meta.db_table, field.column
        if self.through:
            target = field.related_model._meta.db_table
            seen = f"EXISTS (SELECT 1 FROM {target} parent WHERE parent.id = {table}.{column})"  # noqa: S608 - names of ours
        else:
            seen = f"{column} <> {HIDDEN}"
        return table, f"{column} IS NULL OR {seen}" if field.null else seen
