from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall

# Whose a token is, before anybody is known: ids and nothing else, and only of a token that opens the door.
HOLDER = """
CREATE FUNCTION api_token_holder(of_digest text)
RETURNS TABLE (id bigint, provider_id bigint, person_id bigint, customer_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, t.provider_id, t.person_id, t.customer_id
    FROM api_apitoken t
    JOIN accounts_person p ON p.id = t.person_id AND p.is_active
    LEFT JOIN accounts_customer c ON c.id = t.customer_id
    WHERE t.digest = of_digest AND t.revoked_at IS NULL AND t.expires_at > now()
      AND CASE WHEN t.customer_id IS NULL THEN p.is_staff
          ELSE c.is_active AND EXISTS (
              SELECT FROM accounts_customermembership m
              WHERE m.person_id = p.id AND m.customer_id = t.customer_id
                AND m.role IN ('relationship_owner', 'business_manager', 'it_lead'))
          END
$$;
"""
SIGNATURE = "api_token_holder(text)"


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("accounts", "0004_people_by_address")]

    operations = [
        RaiseWall("ApiToken"),
        migrations.RunSQL(HOLDER, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;"
            f" GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
