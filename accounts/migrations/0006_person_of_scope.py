from django.db import migrations

# On whose behalf the running transaction works, for policies that ask for the person (Rule T6).
PERSON = """
CREATE FUNCTION tenancy_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('desk.person', true), '')::bigint $$;
CREATE FUNCTION tenancy_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('desk.system', true), '') = 'on' $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_unreached_people")]

    operations = [migrations.RunSQL(PERSON, "DROP FUNCTION tenancy_person(), tenancy_is_system() CASCADE")]
