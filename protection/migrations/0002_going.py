from django.conf import settings
from django.db import migrations

from accounts.tenancy.going import LetRowsGo, LetWordsGo
from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue
from tickets.confidential_wall import KeepConfidential

# Whether a way in is used by a person of another provider too; asked before it is removed.
USED = """
CREATE FUNCTION accounts_user_is_used(of_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_person p WHERE p.user_id = of_user)
$$;
"""
# Works for an erasure under way alone, whose patterns it reads itself, on tables of tenants and within one provider.
MENTIONS = """
CREATE FUNCTION protection_mentions_remove(erasure bigint, of_table text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    patterns text[];
    pattern text;
    one record;
    found integer;
    touched integer := 0;
BEGIN
    SELECT e.needles INTO patterns FROM protection_erasure e
    WHERE e.id = erasure AND e.state = 'running' AND e.provider_id = tenancy_provider() AND tenancy_is_system();
    IF patterns IS NULL THEN
        RAISE EXCEPTION 'no erasure % is under way here', erasure USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF cardinality(patterns) = 0 THEN
        RETURN 0;
    END IF;
    pattern := '(' || array_to_string(patterns, '|') || ')';
    FOR one IN
        SELECT c.oid::regclass AS place, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS kind
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = of_table AND c.relrowsecurity
            AND t.typname IN ('text', 'varchar', 'citext', 'json', 'jsonb', '_text', '_varchar', '_citext')
            AND NOT (c.relname = 'protection_erasure' AND a.attname = 'needles')
            AND EXISTS (SELECT 1 FROM pg_attribute p WHERE p.attrelid = c.oid AND p.attname = 'provider_id')
    LOOP
        EXECUTE format(
            'UPDATE %s SET %I = regexp_replace(%I::text, $1, ''erased'', ''gi'')::%s'
            ' WHERE provider_id = tenancy_provider() AND %I::text ~* $1',
            one.place, one.name, one.name, one.kind, one.name
        ) USING pattern;
        GET DIAGNOSTICS found = ROW_COUNT;
        touched := touched + found;
    END LOOP;
    RETURN touched;
END $$;
"""
FUNCTIONS = {"accounts_user_is_used(bigint)": USED, "protection_mentions_remove(bigint, text)": MENTIONS}
LET_IN = "REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO {role}"


class Migration(migrations.Migration):
    dependencies = [
        ("protection", "0001_initial"),
        ("accounts", "0010_single_keys"),
        ("chat", "0007_answers_are_macros"),
        ("complaints", "0001_initial"),
        ("delivery", "0005_wording"),
        ("sla", "0009_counted_again"),
        ("tickets", "0028_words_gone"),
    ]

    operations = [
        RaiseWall("RetentionRule"),
        RaiseWall("RetentionRun"),
        RaiseWall("Hold"),
        RaiseWall("DoomedFile"),
        RaiseWall("SubjectExport"),
        RaiseWall("Erasure"),
        KeepConfidential("Hold"),
        ClaimDue("RetentionRule"),
        ClaimDue("DoomedFile"),
        ClaimDue("SubjectExport"),
        ClaimDue("Erasure"),
        LetWordsGo("chat.ChatMessage", ("text",)),
        LetWordsGo("complaints.ComplaintStep", ("text",)),
        LetWordsGo("sla.ClockEvent", ("cause",)),
        LetWordsGo("tickets.CoverageRecord", ("reason",)),
        LetWordsGo("tickets.Escalation", ("reason",)),
        LetWordsGo("tickets.IdentityCheck", ("evidence",)),
        LetRowsGo("chat.ChatFile"),
        LetRowsGo("accounts.AuditEntry", at="at", days=365),
        LetRowsGo("tickets.TicketReading", at="at", days=365),
        *(
            migrations.RunSQL(
                [text, LET_IN.format(one=one, role=settings.DATABASE_APP_ROLE)], f"DROP FUNCTION {one}"
            )
            for one, text in FUNCTIONS.items()
        ),
    ]
