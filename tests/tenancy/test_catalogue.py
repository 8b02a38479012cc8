"""The wall as the database itself describes it: no table, reference, right or function outside the plan."""

import pytest

from accounts.tenancy.global_tables import GLOBAL_TABLES, OWNER_TABLES
from tests.tenancy import catalogue
from tests.tenancy.catalogue import APP, Reference, rows

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]

# What may pass the wall, and why. Each answers with ids or nothing; a new one is weighed here before it is let in.
DEFINER_FUNCTIONS = {
    "accounts_memberships(bigint)": "where a user belongs, before the tenant is known",
    "accounts_provider_id(text)": "the provider behind an address's first segment",
    "accounts_provider_ids()": "every provider, for sweeps and commands",
    "api_token_holder(text)": "whose a token of the API is, before the tenant is known",
    "tickets_mailbox(text)": "the mailbox that an inbound mail was sent to",
    "tickets_next_number()": "the next ticket number of the scope's provider",
    "tickets_search(text,boolean,bigint,bigint[],integer)": "tickets of the scope with these words in their subject",
    "knowledge_search(text[],text[],integer)": "published articles for the scope with these words",
    "tickets_hidden()": "confidential tickets that the scope's person may not read (Rule T6)",
    "tickets_hidden_clocks()": "the clocks of those tickets",
    "sla_calendar_edited()": "trigger: counts the editions of a provider's calendar rows",
    "chat_somebody_there(timestamp with time zone)": "whether a technician of the scope takes chats",
    "due_chat_chat(timestamp with time zone,integer)": "due rows, for the sweeper",
    "contracts_variation_added()": "trigger: keeps the days on which a variation holds apart from its history",
    "due_api_keyedrequest(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_contracts_variationturn(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_delivery_notification(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_delivery_outboundmail(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_onboarding_import(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_sla_clock(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_callback(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_complaints_complaint(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_reviews_reviewround(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_satisfaction_satisfactionquestion(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_tickettimer(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_referral(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_knowledge_noticefollower(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_knowledge_servicenotice(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_inboundmail(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_draft(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_mailbox(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_webhooks_delivery(timestamp with time zone)": "due rows with their endpoints, for the sweeper",
    "due_webhooks_endpoint(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_requestapproval(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_tickets_ticketrequest(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_protection_doomedfile(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_protection_erasure(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_protection_retentionrule(timestamp with time zone,integer)": "due rows, for the sweeper",
    "due_protection_subjectexport(timestamp with time zone,integer)": "due rows, for the sweeper",
    "accounts_user_is_used(bigint)": "whether any provider knows the human being of a way in that is to be removed",
    "protection_mentions_remove(bigint,text)": "replaces mentions of a person while they are erased (Rule T7)",
    "words_go_chat_chatmessage(bigint[])": "words that have lived long enough; for the software itself alone (T7)",
    "words_go_complaints_complaintstep(bigint[])": "the same",
    "words_go_sla_clockevent(bigint[])": "the same",
    "words_go_tickets_coveragerecord(bigint[])": "the same",
    "words_go_tickets_escalation(bigint[])": "the same",
    "words_go_tickets_identitycheck(bigint[])": "the same",
    "rows_go_chat_chatfile(bigint[])": "the same, with the row",
    "rows_go_accounts_auditentry(bigint[])": "the same, none younger than a year",
    "rows_go_tickets_ticketreading(bigint[])": "the same, none younger than a year",
    "visits_feed(bigint,bigint,integer)": "whose visits a signed address of a calendar shows",
    "due_visits_visitplan(timestamp with time zone,integer)": "due rows, for the sweeper",
}
ONLY_IDS = {"bigint", "bigint[]", "integer", "boolean", "trigger"}
# History that the application may add to, never change.
APPEND_ONLY = {
    "accounts_auditentry",
    "chat_chatfile",
    "chat_chatmessage",
    "complaints_complaintstep",
    "contracts_obligationreview",
    "contracts_reportedchange",
    "contracts_variation",
    "delivery_mailwording",
    "sla_calendarversion",
    "sla_clockevent",
    "tickets_coveragerecord",
    "tickets_escalation",
    "tickets_identitycheck",
    "tickets_ticketreading",
    "knowledge_articleverdict",
    "knowledge_articleversion",
    "knowledge_noticeupdate",
    "quotes_quotestep",
    "visits_allowanceentry",
    "visits_visitevent",
}
# Read by the application, written by triggers alone.
READ_ONLY = {"contracts_variationperiod", "sla_calendarrevision"}


def test_every_table_is_behind_the_wall_or_on_the_list() -> None:
    unwalled = {name for name, table in catalogue.tables().items() if not table.is_walled}
    assert unwalled == GLOBAL_TABLES | OWNER_TABLES


def test_no_walled_table_is_on_the_list_of_global_ones() -> None:
    assert not set(catalogue.walled_tables()) & (GLOBAL_TABLES | OWNER_TABLES)


def test_every_walled_table_names_its_provider_and_never_null() -> None:
    for name in catalogue.walled_tables():
        if name != "accounts_provider":
            assert "provider_id" in catalogue.tables()[name].columns, name
            assert not catalogue.nullable(name, "provider_id"), name


@pytest.mark.parametrize("command", ["SELECT", "INSERT", "UPDATE", "DELETE"])
def test_policies_compare_provider_and_customer(command: str) -> None:
    for name in catalogue.walled_tables():
        table = catalogue.tables()[name]
        provider = "id" if name == "accounts_provider" else "provider_id"
        permissive = [one for one in table.policies_for(command) if one.is_permissive]
        assert permissive, f"{name} has no policy for {command}"
        for policy in permissive:
            parts = [part for part in (policy.using, policy.check) if part]
            assert len(parts) == (2 if command == "UPDATE" else 1), (name, command)
            for condition in parts:
                # The comparison of the provider is a conjunct, whatever else lets people of schools at a row.
                assert condition.startswith(f"(({provider} = ( SELECT tenancy_provider()"), (name, condition)
                assert ") AND (" in condition, name
                assert "tenancy_all_customers()" in condition, name
                if table.owner_column:
                    assert f"({table.owner_column} = ANY (" in condition, name


def test_nobody_but_owners_has_policies_to_pass_by() -> None:
    """A policy FOR one role, or a table whose row-level security is forced off for somebody, would be a door."""
    assert rows("SELECT tablename, policyname FROM pg_policies WHERE roles <> '{public}'") == []


def test_every_reference_between_tenant_tables_names_the_tenant_too() -> None:
    """Rule T2: no row can point into another tenant, whatever the code does."""
    walled = set(catalogue.walled_tables()) - {"accounts_provider"}
    all_of_them = [one for one in catalogue.references() if one.table in walled and one.target in walled]
    simple = [one for one in all_of_them if len(one.columns) == 1]
    assert len(simple) > 40, "the question to pg_constraint finds too little to mean anything"
    for one in simple:
        for needed in _tenant_columns(one):
            pairs = frozenset({*one.pairs, *((column, column) for column in needed)})
            assert any(pairs == other.pairs and other.is_validated for other in all_of_them), (one, needed)


def _tenant_columns(one: Reference) -> list[set[str]]:
    """Which columns must go along. Where the customer may be null, the provider is checked on its own as well."""
    tables = catalogue.tables()
    both = all("customer_id" in tables[name].columns for name in (one.table, one.target))
    (column,) = (own for own, _ in one.pairs)
    if not both or (one.table, column) in catalogue.BY_PROVIDER:
        return [{"provider_id"}]
    if any(catalogue.nullable(name, "customer_id") for name in (one.table, one.target)):
        return [{"provider_id"}, {"provider_id", "customer_id"}]
    return [{"provider_id", "customer_id"}]


def test_a_customer_belongs_to_the_provider_of_the_row() -> None:
    found = catalogue.references()
    for name, table in catalogue.tables().items():
        if table.is_walled and "customer_id" in table.columns:
            pairs = {("provider_id", "provider_id"), ("customer_id", "id")}
            assert any(one.table == name and one.pairs == pairs for one in found), name


def test_the_role_of_web_and_workers_can_do_nothing_but_its_work() -> None:
    [(super_, bypass, create_role, create_db, replication)] = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        [APP],
    )
    assert not any((super_, bypass, create_role, create_db, replication))
    assert rows("SELECT oid FROM pg_class WHERE relowner = %s::regrole", [APP]) == []
    assert rows("SELECT oid FROM pg_proc WHERE proowner = %s::regrole", [APP]) == []
    assert rows("SELECT roleid FROM pg_auth_members WHERE member = %s::regrole", [APP]) == []
    assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [APP]) == [(False,)]
    assert rows("SELECT has_database_privilege(%s, current_database(), 'CREATE')", [APP]) == [(False,)]


def test_rights_on_tables() -> None:
    for name, table in catalogue.tables().items():
        if name == "django_migrations":
            expected = {"SELECT"}  # `check` compares it with the code
        elif name in OWNER_TABLES:
            expected = set()
        elif name in APPEND_ONLY:
            expected = {"SELECT", "INSERT"}
        elif name in READ_ONLY:
            expected = {"SELECT"}
        else:
            expected = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert table.rights == expected, name
        assert table.owner != APP, name


def test_no_right_on_single_columns_slips_past() -> None:
    assert (
        rows(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL"
        )
        == []
    )


def test_nothing_is_open_to_everybody() -> None:
    """Rights granted to PUBLIC would hold for every login of the server."""
    assert (
        rows(
            "SELECT c.relname FROM pg_class c, aclexplode(c.relacl) g"
            " WHERE c.relnamespace = 'public'::regnamespace AND g.grantee = 0"
        )
        == []
    )


def _definer_functions() -> dict[str, tuple[list[str], list[str], bool]]:
    found = rows(
        "SELECT p.oid::regprocedure::text, coalesce(p.proconfig, '{}'),"
        " CASE WHEN p.proargmodes IS NULL THEN ARRAY[format_type(p.prorettype, NULL)]"
        "      ELSE ARRAY(SELECT format_type(kind, NULL) FROM unnest(p.proallargtypes, p.proargmodes) a (kind, mode)"
        "                 WHERE mode <> 'i') END,"
        " EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee = 0)"
        " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )
    return {signature: (list(config), list(returns), public) for signature, config, returns, public in found}


def test_functions_that_pass_the_wall_are_few_and_named() -> None:
    assert set(_definer_functions()) == set(DEFINER_FUNCTIONS)


def test_functions_that_pass_the_wall_are_narrow() -> None:
    for signature, (config, returns, is_public) in _definer_functions().items():
        assert config == ["search_path=public, pg_temp"], signature
        assert set(returns) <= ONLY_IDS, f"{signature} answers {returns}: more than ids"
        assert not is_public, f"everybody may call {signature}"


def test_no_view_or_rule_reads_past_the_wall() -> None:
    """A view runs with the rights of its owner, who passes the policies."""
    views = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    assert rows(views) == []
    assert rows("SELECT tablename FROM pg_rules WHERE schemaname = 'public'") == []
