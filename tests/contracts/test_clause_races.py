"""A clause that is changed against a contract that is being signed: on connections of their own (rules P1, P8)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import QuerySet

from accounts.tenancy.scope import open_scope
from contracts.models import AgreementVersion, ClauseTopic, Contract, Package, PackageClause
from contracts.services import contract_change
from contracts.services.clauses import clause_set
from contracts.services.editions import edition_create
from tests.cast import Cast

pytestmark = [pytest.mark.rule("P1", "P8"), pytest.mark.django_db(transaction=True)]

WORDS = "Otherwise."


def raced(cast: Cast) -> str:
    """A contract under a draft is signed, and a clause of the draft changed before that commits; what it says then."""
    with open_scope(cast.staff_scope()):
        base = AgreementVersion.objects.earliest("published_on")
        edition_create(base=base, label="next", published_on=date(2099, 9, 1), targets={})
    has_signed, may_commit = Event(), Event()

    def sign() -> None:
        with open_scope(cast.staff_scope()):
            draft = Package.objects.get(version__label="next", key="cloud")
            contract = Contract.objects.get(customer__slug="oakfield")
            contract_change(contract=contract, changes={"package": draft})
            has_signed.set()
            may_commit.wait(10)
        connections.close_all()

    def change() -> None:
        has_signed.wait(10)
        try:
            with open_scope(cast.staff_scope(name="ada")):
                draft = Package.objects.get(version__label="next", key="cloud")
                clause_set(package=draft, topic=ClauseTopic.SIMS, answer="covered", wording=WORDS)
        except ValidationError:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        signing, changing = pool.submit(sign), pool.submit(change)
        with suppress(TimeoutError):
            changing.result(2)
        may_commit.set()
        signing.result(10)
        changing.result(10)
    with open_scope(cast.staff_scope()):
        return PackageClause.objects.get(
            package__version__label="next", package__key="cloud", topic="sims"
        ).wording


def test_a_clause_is_not_changed_under_a_contract_that_is_being_signed(cast: Cast) -> None:
    assert raced(cast) != WORDS


def test_without_the_lock_it_would_be(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_more: self)
    assert raced(cast) == WORDS
