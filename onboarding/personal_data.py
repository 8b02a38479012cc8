"""What this app holds of people: uploaded spreadsheets that name them, for thirty days (Rule T7)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, holding_add
from onboarding.models import Import, ImportFile, ImportRow, ImportState


def _rows(person: Person) -> QuerySet[ImportRow]:
    named = Q(label__icontains=person.email) | Q(label__icontains=person.name)
    return ImportRow.objects.filter(named | Q(changes__icontains=person.email))


def _rows_erase(person: Person) -> Paths:
    """The whole upload goes: its files name this person and cannot be changed."""
    imports = list(_rows(person).values_list("of", flat=True).distinct())
    files = ImportFile.objects.filter(of__in=imports)
    paths = [str(one.file.name) for one in files]
    files.delete()
    ImportRow.objects.filter(of__in=imports).delete()
    unfinished = Import.objects.filter(pk__in=imports).exclude(state=ImportState.DONE)
    unfinished.update(state=ImportState.DISCARDED)
    Import.objects.filter(pk__in=imports).update(problems=[], wake_at=None)
    return paths


holding_add(
    Holding(
        key="imports",
        name=_("Rows of uploaded spreadsheets"),
        rows=_rows,
        shows=("sheet", "number", "label", "outcome", "changes"),
        fate=Fate.GOES,
        why=_("Uploads that name them are removed as a whole."),
        erase=_rows_erase,
        others=True,
    )
)
