from django.conf import settings
from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from tickets.confidential_wall import HIDDEN, KeepConfidential

# Rule T6. Asked with the rights of the tables' owner: whose rows are hidden cannot be asked through the policies that
# ask it. The answer is ids. What is hidden is told, and not what is seen: so the row that a statement is just adding
# passes, and where a provider has no confidential ticket there is nothing to compare with.
HIDDEN_TICKETS = """
CREATE FUNCTION tickets_hidden() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT t.id FROM tickets_ticket t
        WHERE NOT tenancy_is_system() AND t.is_confidential AND t.provider_id = tenancy_provider()
            AND NOT EXISTS (
                SELECT FROM tickets_ticketreader r
                WHERE r.ticket_id = t.id AND r.person_id = tenancy_person() AND r.ended_at IS NULL
            )
    )
$$;
CREATE FUNCTION tickets_hidden_clocks() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE clocks (id) AS (
        SELECT c.id FROM tickets_ticket t
        JOIN sla_clock c ON c.id IN (t.response_clock_id, t.fix_clock_id)
        WHERE t.id = ANY (tickets_hidden())
        UNION
        SELECT c.previous_id FROM sla_clock c JOIN clocks ON clocks.id = c.id WHERE c.previous_id IS NOT NULL
    )
    SELECT ARRAY(SELECT id FROM clocks)
$$;
"""
# As in 0005, and: nothing of a ticket that is hidden; of confidential ones also those that somebody of a school was
# let read. The look-up passes the wall, so it says so itself.
FITTING = """
    SELECT t.id, t.number FROM tickets_ticket t
    WHERE t.subject ILIKE pattern
        AND t.provider_id = (SELECT tenancy_provider())
        AND ((SELECT tenancy_all_customers()) OR t.customer_id = ANY ((SELECT tenancy_customers())::bigint[]))
        AND (NOT t.is_confidential OR t.id <> ALL ((SELECT tickets_hidden())::bigint[]))
        AND (of_requester IS NULL OR t.requester_id = of_requester OR t.customer_id = ANY (whole_schools)
            OR t.is_confidential)
        AND (NOT only_open OR t.state IN ('new', 'open', 'waiting_customer', 'waiting_third_party'))
"""
FITTING_BEFORE = """
    SELECT t.id, t.number FROM tickets_ticket t
    WHERE t.subject ILIKE pattern
        AND t.provider_id = (SELECT tenancy_provider())
        AND ((SELECT tenancy_all_customers()) OR t.customer_id = ANY ((SELECT tenancy_customers())::bigint[]))
        AND (of_requester IS NULL OR t.requester_id = of_requester OR t.customer_id = ANY (whole_schools))
        AND (NOT only_open OR t.state IN ('new', 'open', 'waiting_customer', 'waiting_third_party'))
"""
SEARCH = """
CREATE OR REPLACE FUNCTION tickets_search(
    pattern text, only_open boolean, of_requester bigint, whole_schools bigint[], at_most integer
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF length(pattern) < length('%abc%') THEN
        RETURN QUERY SELECT f.id FROM ({fitting}) AS f ORDER BY f.number DESC LIMIT least(at_most, 500);
    ELSE
        RETURN QUERY WITH found AS MATERIALIZED ({fitting})
            SELECT f.id FROM found f ORDER BY f.number DESC LIMIT least(at_most, 500);
    END IF;
END $$;
"""
LET_IN = "REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO {role}"
KEPT = "CREATE POLICY confidential ON {table} AS RESTRICTIVE USING ({condition})"
OPEN = "DROP POLICY confidential ON {table}"
# Tables without a plain reference to the ticket.
CONDITIONS = {
    "tickets_ticket": f"NOT is_confidential OR id <> {HIDDEN}",
    "tickets_breachreason": "clock_id <> ALL ((SELECT tickets_hidden_clocks())::bigint[])",
    "accounts_auditentry": f"object_type <> 'tickets.ticket' OR object_id <> {HIDDEN}",
}


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_confidential"), ("accounts", "0006_person_of_scope")]

    operations = [
        RaiseWall("SafeguardingContact"),
        RaiseWall("TicketReader"),
        RaiseWall("TicketReading", append_only=True),
        migrations.RunSQL(
            HIDDEN_TICKETS, "DROP FUNCTION tickets_hidden_clocks(); DROP FUNCTION tickets_hidden()"
        ),
        *(
            migrations.RunSQL(
                LET_IN.format(one=one, role=settings.DATABASE_APP_ROLE), migrations.RunSQL.noop
            )
            for one in ("tickets_hidden()", "tickets_hidden_clocks()")
        ),
        migrations.RunSQL(
            SEARCH.replace("{fitting}", FITTING), SEARCH.replace("{fitting}", FITTING_BEFORE)
        ),
        *(
            migrations.RunSQL(
                KEPT.format(table=table, condition=condition), OPEN.format(table=table)
            )
            for table, condition in CONDITIONS.items()
        ),
        *(
            KeepConfidential(model)
            for model in (
                "Message",
                "CallBack",
                "CoverageRecord",
                "Escalation",
                "Explanation",
                "InboundMail",
                "SentForm",
                "TicketQuote",
                "TicketVisit",
                "TicketReader",
                "TicketReading",
            )
        ),
        KeepConfidential("TicketRequest"),
        KeepConfidential("RequestApproval"),
        KeepConfidential("RequestAnswer", field="asked", through=True),
        KeepConfidential("Attachment", field="message", through=True),
    ]
