"""The provider's list of third parties (Rule E3)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from tickets.models import CHASE_EVERY, Supplier


@transaction.atomic
def supplier_save(
    *,
    supplier: Supplier | None,
    name: str,
    contact: str = "",
    phone: str = "",
    portal: str = "",
    chase_every: int = CHASE_EVERY,
    is_active: bool = True,
) -> Supplier:
    """A new supplier, or other facts of one. Raises ValidationError by field: name (empty or taken), chase_every."""
    row = supplier or Supplier()
    row.name, row.contact, row.phone, row.portal = name.strip(), contact, phone, portal
    row.chase_every, row.is_active = chase_every, is_active
    row.clean_fields()
    if Supplier.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is another supplier of this name.")})
    row.save()
    audit_record(action="supplier.saved", target=row)
    return row


@transaction.atomic
def supplier_named(*, name: str) -> Supplier:
    """The supplier of this name, in whatever case; typed anew, it joins the list. Raises ValidationError: other."""
    name = name.strip()
    if not name:
        raise ValidationError({"other": _("Choose who it is, or type the name.")})
    found = Supplier.objects.filter(name__iexact=name).first()
    return found or supplier_save(supplier=None, name=name)
