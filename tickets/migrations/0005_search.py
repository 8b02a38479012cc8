from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

# The wall and the visibility rule stand inside, so that the limit cuts off nothing that the asker may see. The
# arguments only narrow: who passes null for the requester still gets no further than the scope goes.
FITTING = """
    SELECT t.id, t.number FROM tickets_ticket t
    WHERE t.subject ILIKE pattern
        AND t.provider_id = (SELECT tenancy_provider())
        AND ((SELECT tenancy_all_customers()) OR t.customer_id = ANY ((SELECT tenancy_customers())::bigint[]))
        AND (of_requester IS NULL OR t.requester_id = of_requester OR t.customer_id = ANY (whole_schools))
        AND (NOT only_open OR t.state IN ('new', 'open', 'waiting_customer', 'waiting_third_party'))
"""
# One or two letters have no trigram; they stand in so many subjects that reading backwards soon finds enough.
# Materialised for all others, because to serve the order the planner would read backwards too: every ticket, for a
# rare word.
SEARCH = f"""
CREATE FUNCTION tickets_search(
    pattern text, only_open boolean, of_requester bigint, whole_schools bigint[], at_most integer
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF length(pattern) < length('%abc%') THEN
        RETURN QUERY SELECT f.id FROM ({FITTING}) AS f ORDER BY f.number DESC LIMIT least(at_most, 500);
    ELSE
        RETURN QUERY WITH found AS MATERIALIZED ({FITTING})
            SELECT f.id FROM found f ORDER BY f.number DESC LIMIT least(at_most, 500);
    END IF;
END $$;
"""  # noqa: S608 - constants only
SIGNATURE = "tickets_search(text, boolean, bigint, bigint[], integer)"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_intake")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            "ticket", models.Index(fields=["provider", "customer", "logged_at"], name="ticket_logged")
        ),
        migrations.AddIndex(
            "ticket", models.Index(fields=["provider", "customer", "closed_at"], name="ticket_closed")
        ),
        migrations.AddIndex(
            "ticket", GinIndex(fields=["subject"], opclasses=["gin_trgm_ops"], name="ticket_words")
        ),
        migrations.RunSQL(SEARCH, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;"
            f" GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
