from django.conf import settings
from django.db import migrations

# The wall stands inside: this passes the policies, whose conditions no index serves (as `tickets_search` does), and
# answers with ids alone. `own_packages` only adds articles that the pages ask for once more by the same rule.
VISIBLE = """
    SELECT a.id, a.vector, a.terms FROM knowledge_article a
    WHERE a.state = 'published'
        AND a.provider_id = (SELECT tenancy_provider())
        AND ((SELECT tenancy_all_customers()) OR a.audience = 'all'
            OR (a.audience = 'packages' AND a.packages && own_packages::varchar[]))
"""
# Each word is looked for by itself, the last also as a beginning, for somebody may still be typing it. A word that
# stands in no article may be misspelt: then titles and search words with similar letters count, by half. Rare words
# count for more than those that stand everywhere. Dropped is what fits far less well than the best.
QUERY = f"""
    WITH visible AS NOT MATERIALIZED ({VISIBLE}),
    typed_words AS MATERIALIZED (
        SELECT one.word, sought.query
        FROM unnest(typed) WITH ORDINALITY AS one(word, place),
            LATERAL (SELECT to_tsquery('english', quote_literal(one.word)
                || CASE WHEN one.place = cardinality(typed) THEN ':*' ELSE '' END)) AS sought(query)
        WHERE numnode(sought.query) > 0
    ),
    plain AS MATERIALIZED (
        SELECT w.word, v.id, ts_rank(v.vector, w.query) AS fit
        FROM typed_words w JOIN visible v ON v.vector @@ w.query
    ),
    near AS (
        SELECT w.word, v.id, 0.5 * word_similarity(w.word, v.terms) AS fit
        FROM typed_words w JOIN visible v ON v.terms %> w.word
        WHERE length(w.word) >= 4 AND NOT EXISTS (SELECT 1 FROM plain WHERE plain.word = w.word)
    ),
    fits AS (
        SELECT both_kinds.id, fit * ln(1 + 1000.0 / count(*) OVER (PARTITION BY word)) AS weight
        FROM (SELECT * FROM plain UNION ALL SELECT * FROM near) AS both_kinds
    ),
    ranked AS (SELECT f.id, sum(f.weight) AS weight FROM fits f GROUP BY f.id)
    SELECT r.id FROM ranked r
    WHERE r.weight >= 0.4 * (SELECT max(weight) FROM ranked)
    ORDER BY r.weight DESC, r.id DESC
    LIMIT least(at_most, 50)
"""  # noqa: S608 - constants only
SEARCH = f"""
CREATE FUNCTION knowledge_search(typed text[], own_packages text[], at_most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ {QUERY} $$;
"""
SIGNATURE = "knowledge_search(text[], text[], integer)"


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [
        migrations.RunSQL(SEARCH, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;"
            f" GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
