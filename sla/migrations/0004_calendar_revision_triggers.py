"""Every edit of a calendar row gives the provider's calendars a new revision, and waits for whoever pins one.

And nobody changes the outcome of a clock that has ended (Rule S13).
"""

from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall

CALENDAR_TABLES = ["sla_businesscalendar", "sla_openingwindow", "sla_publicholiday", "sla_closure"]

# The number comes from a sequence, which no rollback sets back: a process may keep what it read under a number.
REVISION = f"""
CREATE SEQUENCE sla_calendar_revision_number;
CREATE FUNCTION sla_calendar_lock_key(of_provider bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
    AS $$ SELECT (7193::bigint << 40) + of_provider $$;
CREATE FUNCTION sla_calendar_edited() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner bigint := coalesce(NEW.provider_id, OLD.provider_id);
    revision bigint := nextval('sla_calendar_revision_number');
BEGIN
    PERFORM pg_advisory_xact_lock(sla_calendar_lock_key(owner));
    UPDATE sla_calendarrevision SET number = revision WHERE provider_id = owner;
    -- Not after a removal: the provider itself may be going.
    IF NOT FOUND AND TG_OP <> 'DELETE' THEN
        INSERT INTO sla_calendarrevision (provider_id, number) VALUES (owner, revision);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sla_calendar_edited() FROM PUBLIC;
-- Volatile, so that its second statement sees what was committed while the first one waited.
CREATE FUNCTION sla_calendar_revision_held() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(sla_calendar_lock_key(tenancy_provider()));
    RETURN coalesce((SELECT number FROM sla_calendarrevision WHERE provider_id = tenancy_provider()), 0);
END $$;
GRANT EXECUTE ON FUNCTION sla_calendar_revision_held(), sla_calendar_lock_key(bigint) TO {settings.DATABASE_APP_ROLE};
"""
REVISION_AWAY = """
DROP FUNCTION sla_calendar_revision_held();
DROP FUNCTION sla_calendar_edited() CASCADE;
DROP FUNCTION sla_calendar_lock_key(bigint);
DROP SEQUENCE sla_calendar_revision_number;
"""

WATCH = "CREATE TRIGGER calendar_edited AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION sla_calendar_edited()"

# An ended clock may still be set apart or taken out of the figures (merged, spam), never given another outcome.
FROZEN = [
    "provider_id", "customer_id", "kind", "level_id", "started_at", "allowance_minutes", "target_percent",
    "calendar_id", "calendar_version_id", "due_at", "due_without_pauses_at", "generation", "breached_at", "ended_at",
]
FREEZE = f"""
CREATE FUNCTION sla_clock_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({", ".join(f"NEW.{one}" for one in FROZEN)})
            IS DISTINCT FROM ({", ".join(f"OLD.{one}" for one in FROZEN)})
        OR NEW.state NOT IN (OLD.state, 'void') THEN
        RAISE EXCEPTION 'clock % has ended: its outcome is frozen', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clock_frozen BEFORE UPDATE ON sla_clock FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION sla_clock_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_calendar_revision_and_outcomes")]

    operations = [
        RaiseWall("CalendarRevision", portal_reads="true", rights=("SELECT",)),
        migrations.RunSQL(REVISION, REVISION_AWAY),
        *(
            migrations.RunSQL(WATCH.format(table=table), f"DROP TRIGGER IF EXISTS calendar_edited ON {table}")
            for table in CALENDAR_TABLES
        ),
        migrations.RunSQL(FREEZE, "DROP FUNCTION sla_clock_frozen() CASCADE"),
    ]
