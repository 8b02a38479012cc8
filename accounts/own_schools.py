"""The schools of somebody who belongs to several, and the one that they look at (rules T2, I6).

The tenant wall lets them at all of their schools at once. Choosing one narrows lists and fills in forms; it never
decides what may be opened, so that a link in a mail works whatever is chosen.
"""

from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import Customer

M = TypeVar("M", bound=Model)


def has_many_schools(request: HttpRequest) -> bool:
    """Whether the person behind the request belongs to more than one school. Asks the database nothing."""
    tenant: Any = request
    return len(tenant.tenant_scope.customers or ()) > 1


def own_schools_of(request: HttpRequest) -> list[Customer]:
    """The active schools of somebody who has several, by name; empty for everybody else. Read once for a request."""
    tenant: Any = request
    # An error page is drawn while its transaction waits to be rolled back: nothing more can be asked of it.
    if not has_many_schools(request) or transaction.get_rollback():
        return []
    if not hasattr(tenant, "own_schools"):
        tenant.own_schools = list(Customer.objects.filter(is_active=True).order_by("name", "pk"))
    found: list[Customer] = tenant.own_schools
    return found


def school_chosen(request: HttpRequest) -> Customer | None:
    """The school that the address asks for (`?school=oakfield`) or that was chosen before; None: all of them.

    It is looked up among the person's own schools each time: who has left a school has lost it here at once.
    """
    schools = {school.slug: school for school in own_schools_of(request)}
    asked = request.GET.get("school", "")
    if asked in schools:
        request.session[_key(request)] = asked
    return schools.get(str(request.session.get(_key(request), ""))) if schools else None


def school_preset(request: HttpRequest) -> dict[str, int]:
    """What a form of the portal begins with: the school that is looked at. Without one the form's own preset stands,
    which is the only school of those who have but one.
    """
    school = school_chosen(request)
    return {"customer": school.pk} if school else {}


def all_schools_chosen(request: HttpRequest) -> None:
    """From now on lists show all of the person's schools again."""
    request.session.pop(_key(request), None)


def of_school_chosen(request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
    """These rows, which have a customer, narrowed to the school that is looked at."""
    school = school_chosen(request)
    return rows.filter(customer=school) if school else rows


def _key(request: HttpRequest) -> str:
    tenant: Any = request
    return f"school:{tenant.tenant_scope.provider_id}"
