"""What this app holds of people: what was gathered about them (Rule T7)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, holding_add
from protection.models import ExportState, SubjectExport


def _exports_erase(person: Person) -> Paths:
    exports = SubjectExport.objects.filter(person=person)
    paths = [one.path for one in exports]
    exports.update(state=ExportState.OVER, path="", wake_at=None)
    return paths


holding_add(
    Holding(
        key="exports",
        name=_("What was gathered about them before"),
        rows=lambda person: SubjectExport.objects.filter(person=person),
        shows=("asked_at", "state", "records", "expires_at"),
        fate=Fate.LOSES_WORDS,
        why=_("The files are removed; that they were made stays."),
        erase=_exports_erase,
    )
)
