"""The migration operation that makes a due table claimable.

Before a tenant is known the sweeper may ask one thing: which rows are due, as (provider, id) pairs.
`ClaimDue("Clock")` makes the SECURITY DEFINER function that answers it, fair between providers: at most
`per_provider` rows of each, the oldest first, found through the partial index on (provider_id, wake_at), so
that the cost grows with what is due.
"""

from typing import Any

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(moment timestamptz, per_provider integer)
RETURNS TABLE (provider_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, due.id
    FROM accounts_provider p
    CROSS JOIN LATERAL (
        SELECT d.id FROM {table} d
        WHERE d.provider_id = p.id AND d.wake_at IS NOT NULL AND d.wake_at <= moment
        ORDER BY d.wake_at LIMIT per_provider
    ) due
$$
"""


def claim_function(table: str) -> str:
    """The name of the look-up for a due table."""
    return f"due_{table}"


class ClaimDue(Operation):
    """Create the look-up of due rows for one model that is a `DueRow`."""

    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [self.model], {})

    def describe(self) -> str:
        return f"Let the sweeper find due rows of {self.model}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        name = claim_function(table)
        schema_editor.execute(FUNCTION.format(name=name, table=table))
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {name}(timestamptz, integer) FROM PUBLIC")
        schema_editor.execute(
            f"GRANT EXECUTE ON FUNCTION {name}(timestamptz, integer) TO {settings.DATABASE_APP_ROLE}"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {claim_function(table)}(timestamptz, integer)")
