"""Tables that belong to no tenant: an explicit list. A test fails for a table neither here nor behind the wall."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections

GLOBAL_TABLES = frozenset(
    {
        "accounts_user",
        "accounts_user_groups",
        "accounts_user_user_permissions",
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_session",
        "mfa_authenticator",
        "socialaccount_socialaccount",
        "socialaccount_socialapp",
        "socialaccount_socialtoken",
        "usersessions_usersession",
    }
)
# Not for the application at all: migrations are the owner's, the counter is reached through its function.
OWNER_TABLES = frozenset({"django_migrations", "tickets_counter"})


def grant_global_tables(sender: AppConfig, using: str, **_: Any) -> None:
    """Give the application's role its rights on the global tables, whichever package has made them."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, s.relname FROM pg_class c"
            " LEFT JOIN pg_depend d ON d.refobjid = c.oid AND d.deptype IN ('a', 'i')"
            " AND d.classid = 'pg_class'::regclass"
            " LEFT JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY (%s)",
            [sorted(GLOBAL_TABLES)],
        )
        for table, sequence in cursor.fetchall():
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {settings.DATABASE_APP_ROLE}")
            if sequence:
                cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {settings.DATABASE_APP_ROLE}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {settings.DATABASE_APP_ROLE}")
