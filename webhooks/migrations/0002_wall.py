from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue

# The oldest due delivery of each endpoint that is on and not resting; the first of each provider, then the second ...
DUE = """
CREATE FUNCTION due_webhooks_delivery(moment timestamptz)
RETURNS TABLE (provider_id bigint, endpoint_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.provider_id, e.id, due.id
    FROM webhooks_endpoint e
    CROSS JOIN LATERAL (
        SELECT d.id, d.wake_at FROM webhooks_delivery d
        WHERE d.endpoint_id = e.id AND d.wake_at IS NOT NULL AND d.wake_at <= moment
        ORDER BY d.wake_at, d.id LIMIT 1
    ) due
    WHERE e.state = 'on' AND (e.rests_until IS NULL OR e.rests_until <= moment)
    ORDER BY row_number() OVER (PARTITION BY e.provider_id ORDER BY due.wake_at), due.wake_at
$$;
"""
SIGNATURE = "due_webhooks_delivery(timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        RaiseWall("Endpoint"),
        RaiseWall("Delivery"),
        ClaimDue("Endpoint"),
        migrations.RunSQL(DUE, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;"
            f" GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
