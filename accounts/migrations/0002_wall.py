from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall

ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{settings.DATABASE_APP_ROLE}') THEN
        CREATE ROLE {settings.DATABASE_APP_ROLE} LOGIN NOBYPASSRLS;
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {settings.DATABASE_APP_ROLE};
"""

# The scope of the running transaction. '' is what a pooled connection answers after a commit.
SCOPE = """
CREATE FUNCTION tenancy_provider() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('desk.provider', true), '')::bigint $$;
CREATE FUNCTION tenancy_all_customers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('desk.all_customers', true), '') = 'on' $$;
CREATE FUNCTION tenancy_customers() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('desk.customers', true), ''), '{}')::bigint[] $$;
"""

# What may be asked before a tenant is known: ids and nothing else.
LOOKUPS = """
CREATE FUNCTION accounts_memberships(of_user bigint)
RETURNS TABLE (provider_id bigint, person_id bigint, is_staff boolean, customer_ids bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.provider_id, p.id, p.is_staff,
        ARRAY(
            SELECT DISTINCT m.customer_id FROM accounts_customermembership m
            JOIN accounts_customer c ON c.id = m.customer_id AND c.is_active WHERE m.person_id = p.id
        )
    FROM accounts_person p JOIN accounts_user u ON u.id = p.user_id AND u.is_active
    WHERE p.user_id = of_user AND p.is_active
    ORDER BY p.provider_id
$$;
CREATE FUNCTION accounts_provider_id(of_slug text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT id FROM accounts_provider WHERE slug = of_slug $$;
CREATE FUNCTION accounts_provider_ids() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT id FROM accounts_provider ORDER BY id $$;
"""
SIGNATURES = ["accounts_memberships(bigint)", "accounts_provider_id(text)", "accounts_provider_ids()"]

PERSON_OF_OUR_SCHOOL = (
    "is_staff OR EXISTS (SELECT 1 FROM accounts_customermembership m WHERE m.person_id = accounts_person.id)"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(
            SCOPE,
            "DROP FUNCTION tenancy_provider(), tenancy_all_customers(), tenancy_customers() CASCADE",
        ),
        migrations.RunSQL(LOOKUPS, "DROP FUNCTION " + ", ".join(SIGNATURES)),
        *(
            migrations.RunSQL(
                f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO {settings.DATABASE_APP_ROLE}",
                migrations.RunSQL.noop,
            )
            for one in SIGNATURES
        ),
        RaiseWall("Provider", portal_reads="true"),
        RaiseWall("Customer"),
        RaiseWall("CustomerDomain"),
        RaiseWall("Person", portal_reads=PERSON_OF_OUR_SCHOOL),
        RaiseWall("StaffMembership"),
        RaiseWall("CustomerMembership"),
        RaiseWall("Team"),
        RaiseWall("TeamMember"),
        RaiseWall("AuditEntry", append_only=True),
    ]
