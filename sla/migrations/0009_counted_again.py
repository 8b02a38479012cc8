from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("sla.migrations.0004_calendar_revision_triggers")
NEVER = ", ".join(f"NEW.{one}" for one in BEFORE.FROZEN if one != "ended_at")
FREEZE_BEFORE = BEFORE.FREEZE.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
# What was taken out of the figures by a slip is counted again, exactly as its own history says that it stood.
FREEZE = FREEZE_BEFORE.replace(
    "BEGIN",
    f"""DECLARE
    was text;
BEGIN
    IF OLD.state = 'void' AND NEW.state <> 'void' THEN
        SELECT data->>'before' INTO was FROM sla_clockevent
            WHERE clock_id = OLD.id AND kind = 'voided' ORDER BY id DESC LIMIT 1;
        IF NEW.state IS DISTINCT FROM was
            OR ({NEVER}) IS DISTINCT FROM ({NEVER.replace("NEW.", "OLD.")})
            OR NEW.ended_at IS DISTINCT FROM (CASE WHEN was IN ('met', 'missed') THEN OLD.ended_at END) THEN
            RAISE EXCEPTION 'clock % stood otherwise before', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;""",
    1,
)


class Migration(migrations.Migration):

    dependencies = [
        ('sla', '0008_restarted'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clockevent',
            name='kind',
            field=models.CharField(choices=[('started', 'Started'), ('paused', 'Waiting began'), ('resumed', 'Waiting ended'), ('recomputed', 'Deadline recomputed'), ('restarted', 'Measured from another instant'), ('warned', 'Warned'), ('breached', 'Deadline missed'), ('reinstated', 'Back inside its time'), ('met', 'Met'), ('missed', 'Ended late'), ('set_apart', 'Reported apart'), ('voided', 'No longer counted'), ('unvoided', 'Counted again')], max_length=12),
        ),
        migrations.RunSQL(FREEZE, FREEZE_BEFORE),
    ]
