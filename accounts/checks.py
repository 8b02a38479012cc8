"""System checks: an installation whose settings or database roles would break the tenant wall does not deploy."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, connections


@register(Tags.security, deploy=True)
def application_role_is_walled(**_: Any) -> list[CheckMessage]:
    """The role of the web and the workers must own no table and must not bypass row-level security."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls, current_user, session_user <> current_user,"
                # A member of the owner's role passes the policies as the owner does.
                " EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                "         AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')),"
                " has_schema_privilege(current_user, 'public', 'CREATE')"
                " FROM pg_roles WHERE rolname = current_user"
            )
            bypasses, role, switched, owns, creates = cursor.fetchone()
    except DatabaseError as error:
        return [
            Error(f"The database cannot be reached: {error}", hint="Check DATABASE_URL.", id="accounts.E003")
        ]
    found: list[CheckMessage] = []
    if bypasses or owns:
        found.append(
            Error(
                f"The database role {role} can pass the tenant wall.",
                hint="Let DATABASE_URL sign in as hd_app, which owns nothing and is neither superuser nor BYPASSRLS.",
                id="accounts.E001",
            )
        )
    if creates:
        found.append(
            Error(
                f"The database role {role} may create functions and tables beside the wall's own.",
                hint="REVOKE CREATE ON SCHEMA public FROM PUBLIC, and from the role.",
                id="accounts.E004",
            )
        )
    if switched:
        found.append(
            CheckWarning(
                "The web and the migrations share one database login.",
                hint="Give the web its own login: DATABASE_URL as hd_app, DATABASE_OWNER_URL as hd_owner.",
                id="accounts.W001",
            )
        )
    return found


@register(Tags.security, deploy=True)
def mode_is_production(**_: Any) -> list[CheckMessage]:
    """Try-out mode keeps its database, key and mail in files; nobody should deploy it by accident."""
    if settings.PRODUCTION:
        return []
    return [
        Error(
            "Concero Desk is in try-out mode.",
            hint="Set DESK_MODE=production and what it asks for.",
            id="accounts.E002",
        )
    ]
