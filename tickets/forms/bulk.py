"""What is asked before several tickets are changed at once."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.keys import key_in, row_in
from accounts.models import Person
from tickets.between import Seen, seen_read
from tickets.forms.desk import LevelForm, owners
from tickets.models import CLOSABLE_AS, NOT_COUNTED, BulkKind
from tickets.queue import ME, NOBODY
from tickets.services.bulk_kinds import Asked


class OwnerForm(forms.Form):
    """Who is to own them: the person who asks, nobody, or one of the staff."""

    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["owner"]
        people = ((str(one.pk), one.name) for one in owners())
        field.choices = [("", _("Choose an owner")), (ME, _("Me")), (NOBODY, _("Nobody")), *people]


class NotCountedForm(forms.Form):
    """Closing several: what is no request of the school. Everything else is told to the school, one by one."""

    closed_as = forms.ChoiceField(
        label=_("Close as"),
        widget=forms.RadioSelect,
        choices=[choice for choice in CLOSABLE_AS if choice[0] in NOT_COUNTED],
        help_text=_("No mail goes to the schools. Their clocks count nowhere."),
    )


FORMS: dict[str, type[forms.Form]] = {
    BulkKind.ASSIGN: OwnerForm,
    BulkKind.LEVEL: LevelForm,
    BulkKind.CLOSE: NotCountedForm,
}
BUTTONS: dict[str, str | Promise] = {
    BulkKind.ASSIGN: _("Give them"),
    BulkKind.LEVEL: _("Change the level"),
    BulkKind.CLOSE: _("Close them"),
}


def asked_in(kind: BulkKind, data: dict[str, Any], person: Person) -> Asked:
    """What a valid form of FORMS asks for."""
    if kind == BulkKind.ASSIGN:
        owner = person if data["owner"] == ME else row_in(owners(), data["owner"])
        return Asked(kind, owner=owner)
    return Asked(kind, **data)


def choice_of(ticket_id: int, seen: Seen) -> str:
    """A ticket as its checkbox carries it, with what the page showed of it."""
    return f"{ticket_id}.{seen}"


def chosen_in(sent: QueryDict) -> dict[int, Seen]:
    """The tickets that were chosen: those ticked, or with `all` every one that the page showed."""
    found: dict[int, Seen] = {}
    for text in sent.getlist("shown" if "all" in sent else "ticket"):
        key, _dot, rest = text.partition(".")
        ticket_id, seen = key_in(key), seen_read(rest)
        if ticket_id is not None and seen is not None:
            found[ticket_id] = seen
    return found


def once_in(sent: QueryDict, kind: str) -> UUID:
    """What this sending is known by: the same page sent with another choice is another act."""
    try:
        page = UUID(sent.get("once", ""))
    except ValueError:
        return uuid4()
    asked = sorted(f"{name}={sent.getlist(name)}" for name in sent if name != "csrfmiddlewaretoken")
    return uuid5(page, "|".join([kind, *asked]))
