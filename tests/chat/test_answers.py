"""Answers at hand are macros: those that only say something, with what a chat knows (Rule I4)."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from chat.answers import answers_at_hand
from tests.cast import Cast
from tests.chat.conftest import Begin
from tickets.models import Audience, Macro
from tickets.services.macros import macro_keep

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4")]


def keep(cast: Cast, by: str, name: str, **values: Any) -> None:
    values = {"name": name, "audience": Audience.OWN, **values}
    macro_keep(macro=None, values=values, by=cast.person(by), permissions=frozenset())


def test_a_chat_offers_what_is_words_alone_and_can_be_filled(cast: Cast, begin: Begin) -> None:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        keep(cast, "tess", "Greeting", text="Hello {{ person.first_name }}, {{ me.name }} here.")
        keep(cast, "tess", "Due", text="By {{ ticket.fix_due }}")  # there is no ticket
        keep(cast, "tess", "Wait", text="Which room?", then="wait_school", reason="Room")
        keep(cast, "theo", "Not hers", text="Hello")
        found = answers_at_hand(cast.provider(), chat, cast.person("tess"))
    assert [(one.title, one.text) for one in found] == [("Greeting", "Hello Rita, Tess here.")]


def test_answers_from_before_become_macros_of_everybody(cast: Cast) -> None:
    """The migration's own function, with today's rows in place of those of its time."""
    migration = import_module("chat.migrations.0007_answers_are_macros")
    with open_scope(cast.staff_scope()):
        old = SimpleNamespace(provider_id=cast.provider_id(), title="Restart", text="Switch it off {{ x }}")
        answers = SimpleNamespace(objects=SimpleNamespace(order_by=lambda *names: [old]))
        models = {"CannedAnswer": answers, "Macro": Macro, "Person": Person}
        migration.keep_as_macros(SimpleNamespace(get_model=lambda app, name: models[name]), None)
        (row,) = Macro.objects.all()
        assert (row.name, row.text, row.audience, str(row.owner)) == ("Restart", old.text, "shared", "Ada")
