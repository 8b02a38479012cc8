"""What this app holds of people: how they found our work (Rule T7)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.nobody import nobody
from accounts.protecting import Fate, Holding, Paths, holding_add
from satisfaction.models import SatisfactionQuestion
from tickets.released import on_tickets_released


def answers_release(ids: Sequence[int]) -> None:
    """Comments go with the words of their tickets, and so does who gave them; the answers stay, for the figures."""
    SatisfactionQuestion.objects.filter(ticket__in=ids).update(comment="", person=nobody(), wake_at=None)


def _answers_erase(person: Person) -> Paths:
    SatisfactionQuestion.objects.filter(person=person).update(comment="", wake_at=None)
    return []


on_tickets_released(answers_release)
holding_add(
    Holding(
        key="satisfaction",
        name=_("How they found our work"),
        rows=lambda person: SatisfactionQuestion.objects.filter(person=person),
        shows=("ticket__number", "closed_at", "answer", "comment", "answered_at"),
        fate=Fate.LOSES_WORDS,
        why=_("'Good', 'All right' or 'Poor' stays for the figures, without the comment and the name."),
        erase=_answers_erase,
    )
)
