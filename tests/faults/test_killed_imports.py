"""A worker that SIGKILL ends while it checks or writes an import: all of the file or nothing, then once (S14, Y7)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.harness import Jobs, Owner, kill_points, share

WORK = "tests.faults.import_work:{}".format
# What `new_school` has of each.
WHOLE = {"customers": 1, "domains": 1, "people": 2, "contracts": 1, "terms": 1, "audited": 1}

pytestmark = [pytest.mark.faults, pytest.mark.rule("S14", "Y7")]


@pytest.fixture
def fault_environment(fault_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**fault_environment, "MEDIA_ROOT": str(tmp_path / "media")}


def found(owner: Owner, slug: str) -> dict[str, int]:
    """How much of the school there is, its line in the audit trail included."""
    of_school = "JOIN accounts_customer c ON c.id = x.customer_id WHERE c.slug = %s"
    return {
        "customers": owner.number("SELECT count(*) FROM accounts_customer WHERE slug = %s", slug),
        "domains": owner.number("SELECT count(*) FROM accounts_customerdomain x " + of_school, slug),
        "people": owner.number(
            "SELECT count(*) FROM accounts_person WHERE email LIKE %s", f"%@{slug}.sch.uk"
        ),
        "contracts": owner.number("SELECT count(*) FROM contracts_contract x " + of_school, slug),
        "terms": owner.number("SELECT count(*) FROM visits_schoolterm x " + of_school, slug),
        "audited": owner.number(
            "SELECT count(*) FROM accounts_auditentry x " + of_school + " AND x.action = 'customer.created'",
            slug,
        ),
    }


def test_an_import_survives_a_kill_anywhere(jobs: Jobs, owner: Owner) -> None:
    jobs("tests.faults.desk_work:build_cast")
    key = jobs(WORK("upload"), "first").result
    whole = jobs(WORK("go_on"), key)
    assert whole.result == "done"
    assert found(owner, "first") == WHOLE
    nothing = dict.fromkeys(WHOLE, 0)
    ends = set()
    for point in kill_points(whole.contacts, at_most=share(10_000, 16), offset=os.getpid()):
        slug = f"p{point}x"
        key = jobs(WORK("upload"), slug).result
        assert jobs(WORK("go_on"), key, kill_at=point).killed, point
        state = owner.ask("SELECT state FROM onboarding_import WHERE id = %s", key)[0][0]
        ends.add(state)
        assert found(owner, slug) == (WHOLE if state == "done" else nothing), (point, state)
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        assert jobs(WORK("go_on"), key, later).result == "done", point
        assert found(owner, slug) == WHOLE, point
    assert {"checking", "importing"} <= ends, "no kill hit the check, or none the writing"
