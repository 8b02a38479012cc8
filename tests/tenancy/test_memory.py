"""What a batch reads once: only where it says so, and never across a rollback or into another scope."""

import pytest

from accounts.models import Person, Provider
from accounts.services import contact_create
from accounts.tenancy.memory import current_provider, forget, remembered, remembering
from accounts.tenancy.scope import NoScope, open_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_nothing_is_remembered_unless_somebody_says_so(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        current_provider()
        Provider.objects.update(name="Another")
        assert current_provider().name == "Another"


def test_a_batch_reads_once_until_it_forgets(cast: Cast) -> None:
    answers = iter(range(9))
    with open_scope(cast.staff_scope()), remembering():
        assert [remembered("key", lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
        forget()
        assert remembered("key", lambda: next(answers)) == 1
    with open_scope(cast.staff_scope()):
        assert remembered("key", lambda: next(answers)) == 2


@pytest.mark.rule("T1")
def test_what_one_scope_read_is_not_another_scopes(cast: Cast) -> None:
    with open_scope(cast.staff_scope()), remembering():
        ours = current_provider()
        with open_scope(cast.staff_scope("birch")):
            assert current_provider() != ours
        assert current_provider() == ours


def test_it_needs_a_scope() -> None:
    with pytest.raises(NoScope), remembering():
        pass


@pytest.mark.rule("T3")
def test_a_person_is_found_however_their_address_is_written(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        school = cast.customer()
        first = contact_create(customer=school, name="Ann", email="Ann.Other@Oakfield.Example")
        again = contact_create(customer=school, name="Ann", email="ann.other@oakfield.example ")
        assert first == again
        assert Person.objects.get(email="ann.other@oakfield.example") == first
