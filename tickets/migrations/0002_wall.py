from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue

# Ticket numbers run without gaps within a provider. The counter is reached through its function only, so that people
# of schools can draw a number without a right to the table.
NUMBERS = """
CREATE TABLE tickets_counter (
    provider_id bigint PRIMARY KEY REFERENCES accounts_provider (id) ON DELETE CASCADE,
    last_number integer NOT NULL
);
CREATE FUNCTION tickets_next_number() RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO tickets_counter AS c (provider_id, last_number) VALUES (tenancy_provider(), 1001)
    ON CONFLICT (provider_id) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number
$$;
"""
# Which mailbox an address belongs to, before the tenant is known: ids and nothing else.
MAILBOX = """
CREATE FUNCTION tickets_mailbox(of_address text) RETURNS TABLE (provider_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.provider_id, m.id FROM tickets_mailbox m WHERE lower(m.address) = lower(of_address) AND m.is_active
$$;
"""
SIGNATURES = ["tickets_next_number()", "tickets_mailbox(text)"]


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
        ("accounts", "0002_wall"),
        ("contracts", "0002_wall"),
        ("delivery", "0002_wall"),
        ("sla", "0002_wall"),
    ]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP FUNCTION tickets_next_number(); DROP TABLE tickets_counter"),
        migrations.RunSQL(MAILBOX, "DROP FUNCTION tickets_mailbox(text)"),
        *(
            migrations.RunSQL(
                f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO {settings.DATABASE_APP_ROLE}",
                migrations.RunSQL.noop,
            )
            for one in SIGNATURES
        ),
        RaiseWall("Category", portal_reads="true"),
        RaiseWall("Mailbox"),
        RaiseWall("RefusedSender"),
        RaiseWall("Ticket"),
        RaiseWall("InboundMail"),
        RaiseWall("Message"),
        RaiseWall("Attachment"),
        RaiseWall("CallBack"),
        RaiseWall("Escalation", append_only=True),
        RaiseWall("BreachReason"),
        RaiseWall("Explanation"),
        ClaimDue("Mailbox"),
        ClaimDue("InboundMail"),
        ClaimDue("CallBack"),
    ]
