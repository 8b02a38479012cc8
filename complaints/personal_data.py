"""What this app holds of people: what they complained of, and what was complained of about them (Rule T7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.nobody import nobody
from accounts.protecting import Fate, Holding, Paths, RecordKind, holding_add, obstacle_add, record_kind_add
from accounts.tenancy.going import REMOVED, words_remove
from complaints.models import Complaint, ComplaintStep


def _old_complaints(before: datetime) -> QuerySet[Complaint]:
    return Complaint.objects.filter(decided_at__lt=before).exclude(wrong=REMOVED)


def complaints_release(ids: Sequence[int]) -> Paths:
    """Take the words of complaints away; number, stages, times and outcome stay. Needs the open system scope."""
    Complaint.objects.filter(pk__in=ids).update(wrong=REMOVED, remedy="", done="", change="")
    words_remove(
        ComplaintStep, list(ComplaintStep.objects.filter(complaint__in=ids).values_list("pk", flat=True))
    )
    return []


def _complaints_age(ids: Sequence[int]) -> Paths:
    Complaint.objects.filter(pk__in=ids).update(raised_by=nobody(), about=None)
    return complaints_release(ids)


def _complaints_erase(person: Person) -> Paths:
    return complaints_release(list(Complaint.objects.filter(raised_by=person).values_list("pk", flat=True)))


def _open_complaint(person: Person) -> str:
    theirs = Complaint.objects.filter(Q(raised_by=person) | Q(about=person), decided_at__isnull=True)
    return gettext("A complaint by or about them is not decided.") if theirs.exists() else ""


obstacle_add(_open_complaint)
record_kind_add(
    RecordKind(
        key="complaints",
        order=60,
        name=_("Complaints"),
        begins=_("when the complaint was decided"),
        loses=_("Words and names are removed; number, times and outcome stay."),
        usual_days=2190,
        least_days=365,
        rows=_old_complaints,
        began="decided_at",
        release=_complaints_age,
        ticket="ticket",
        people=("raised_by", "about"),
    )
)
holding_add(
    Holding(
        key="complaints",
        name=_("Complaints that they raised"),
        rows=lambda person: Complaint.objects.filter(raised_by=person),
        shows=("number", "raised_at", "wrong", "remedy", "outcome", "done", "change", "decided_at"),
        fate=Fate.LOSES_WORDS,
        why=_("Number, times and outcome stay, without words."),
        erase=_complaints_erase,
        others=True,
    )
)
holding_add(
    Holding(
        key="complaints_about",
        name=_("Complaints about them"),
        rows=lambda person: Complaint.objects.filter(about=person),
        shows=("number", "raised_at", "wrong", "outcome", "done", "decided_at"),
        fate=Fate.STAYS,
        why=_("A school's complaint is the school's; the name in it is replaced."),
        others=True,
    )
)
