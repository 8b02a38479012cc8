from django.db import migrations, models

FILL = """
    UPDATE tickets_ticket t SET next_warn_at = (
        SELECT min(c.warn_at) FROM sla_clock c
        WHERE c.id IN (t.response_clock_id, t.fix_clock_id)
            AND c.state = 'running' AND c.apart NOT IN ('exempt', 'callout')
    )
    WHERE t.state IN ('new', 'open', 'waiting_customer', 'waiting_third_party')
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0004_calendar_revision_triggers"), ("tickets", "0006_mail_safety")]

    operations = [
        migrations.AddField("ticket", "next_warn_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["provider", "next_warn_at", "next_due_at"],
                name="ticket_due_soon",
                condition=models.Q(("state__in", ["new", "open", "waiting_customer", "waiting_third_party"])),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
