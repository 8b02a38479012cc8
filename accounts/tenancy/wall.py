"""The migration operation that raises the tenant wall round a table.

`RaiseWall("Ticket")` as the operation after `CreateModel` gives the table

1. row-level security with one policy for reading and one for each way of writing, all comparing the row with the
   scope that `open_scope` told the database;
2. the rights of the application's role (which owns nothing and cannot bypass the policies);
3. for each foreign key to another tenant table a second constraint over (provider_id[, customer_id], id), so that no
   row can point into another tenant whatever the code does.

Run it again for a table that has gained a foreign key: it replaces what it made before.
"""

from collections.abc import Sequence
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SAME_PROVIDER = "provider_id = (SELECT tenancy_provider())"
ALL_CUSTOMERS = "(SELECT tenancy_all_customers())"
OWN_CUSTOMER = "{column} = ANY ((SELECT tenancy_customers())::bigint[])"


class RaiseWall(Operation):
    """Row-level security, rights and tenant-safe references for one table.

    Staff pass for every row of their provider, people of schools for the rows of their customers. `portal_reads` and
    `portal_writes` are SQL conditions that let people of schools at further rows of the provider.
    `append_only` leaves the application no right to change or remove a row. `by_provider` names foreign keys whose
    target need not belong to the row's customer, only to its provider: a digest tells of several schools.
    """

    reversible = True

    def __init__(
        self,
        model: str,
        *,
        portal_reads: str = "false",
        portal_writes: str = "false",
        append_only: bool = False,
        rights: Sequence[str] = ("SELECT", "INSERT", "UPDATE", "DELETE"),
        by_provider: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.portal_reads = portal_reads
        self.portal_writes = portal_writes
        self.append_only = append_only
        self.rights = ("SELECT", "INSERT") if append_only else tuple(rights)
        self.by_provider = tuple(by_provider)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        keywords = {
            "portal_reads": self.portal_reads,
            "portal_writes": self.portal_writes,
            "append_only": self.append_only,
            "rights": self.rights,
            "by_provider": self.by_provider,
        }
        return (type(self).__qualname__, [self.model], keywords)

    def describe(self) -> str:
        return f"Raise the tenant wall round {self.model}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        for statement in [*self._policies(model), *self._references(model, to_state.apps)]:
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Close the table to the application; dropping it, which follows, takes policies and constraints along."""
        model = from_state.apps.get_model(app_label, self.model)
        schema_editor.execute(f"REVOKE ALL ON {model._meta.db_table} FROM {settings.DATABASE_APP_ROLE}")

    def _policies(self, model: type[models.Model]) -> list[str]:
        table, role = model._meta.db_table, settings.DATABASE_APP_ROLE
        owner = owner_column(model)
        own = OWN_CUSTOMER.format(column=owner) if owner else "false"
        reads, writes = (
            f"({ALL_CUSTOMERS} OR {own} OR ({extra}))" for extra in (self.portal_reads, self.portal_writes)
        )
        provider = "id = (SELECT tenancy_provider())" if is_provider(model) else SAME_PROVIDER
        read, write = f"{provider} AND {reads}", f"{provider} AND {writes}"
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            *(
                f"DROP POLICY IF EXISTS wall_{verb} ON {table}"
                for verb in ("read", "add", "change", "remove")
            ),
            f"CREATE POLICY wall_read ON {table} FOR SELECT USING ({read})",
            f"CREATE POLICY wall_add ON {table} FOR INSERT WITH CHECK ({write})",
            f"CREATE POLICY wall_change ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})",
            f"CREATE POLICY wall_remove ON {table} FOR DELETE USING ({write})",
            f"REVOKE ALL ON {table} FROM {role}",
            f"GRANT {', '.join(self.rights)} ON {table} TO {role}",
            f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {role}",
        ]

    def _references(self, model: type[models.Model], apps: Apps) -> list[str]:
        statements: list[str] = []
        table = model._meta.db_table
        for field in tenant_references(model):
            columns = reference_columns(model, field)
            if field.name in self.by_provider:
                columns = [("provider_id",)]
                statements.append(
                    f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{field.column}_wall_c"
                )
            for one in columns:
                statements += _reference(table, field, one)
        return statements


def is_tenant_owned(model: type[models.Model]) -> bool:
    """Whether the rows of this model belong to a provider. Others have a `provider` too, e.g. social sign-in."""
    return any(
        field.name == "provider" and isinstance(field, models.ForeignKey) and is_provider(field.related_model)
        for field in model._meta.concrete_fields
    )


def is_provider(model: type[models.Model]) -> bool:
    return model._meta.label == "accounts.Provider"


def owner_column(model: type[models.Model]) -> str | None:
    """The column that names the owning customer, if a customer can own the row."""
    if model._meta.label == "accounts.Customer":
        return "id"
    return next((field.column for field in model._meta.concrete_fields if field.name == "customer"), None)


def tenant_references(model: type[models.Model]) -> list["models.ForeignKey[Any, Any]"]:
    """The foreign keys of `model` to other tenant tables, the provider itself excepted."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not is_provider(field.related_model)
        and is_tenant_owned(field.related_model)
    ]


def reference_columns(
    model: type[models.Model], field: "models.ForeignKey[Any, Any]"
) -> list[tuple[str, ...]]:
    """The column lists of the tenant-safe constraints that `field` needs.

    Where the customer may be null, PostgreSQL skips a constraint over it, so the provider is checked on its own too.
    """
    target = field.related_model
    both_have_customer = owner_column(model) == "customer_id" and owner_column(target) == "customer_id"
    if not both_have_customer:
        return [("provider_id",)]
    nullable = any(one._meta.get_field("customer").null for one in (model, target))
    return (
        [("provider_id",), ("provider_id", "customer_id")] if nullable else [("provider_id", "customer_id")]
    )


def _reference(table: str, field: "models.ForeignKey[Any, Any]", columns: tuple[str, ...]) -> list[str]:
    target = field.related_model._meta.db_table
    suffix = "c" if "customer_id" in columns else "p"
    unique, name = f"{target}_wall_{suffix}", f"{table}_{field.column}_wall_{suffix}"
    theirs = ", ".join([*columns, "id"])
    ours = ", ".join([*columns, field.column])
    return [
        f"CREATE UNIQUE INDEX IF NOT EXISTS {unique} ON {target} ({theirs})",
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({ours}) REFERENCES {target} ({theirs})"
        " DEFERRABLE INITIALLY DEFERRED",
    ]
