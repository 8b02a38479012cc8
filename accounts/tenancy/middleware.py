"""Opens the tenant scope for every page under a provider's address and asks who may come in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import CustomerMembership, Person, Provider, StaffMembership
from accounts.permissions import permissions_of
from accounts.sign_in_rules import duty_of
from accounts.tenancy.access import Access, Door, may_enter
from accounts.tenancy.lookups import membership_at, provider_id_for
from accounts.tenancy.scope import Scope, open_scope

Respond = Callable[[HttpRequest], HttpResponse]


class ScopeMiddleware:
    """`/<provider>/…` runs in one transaction inside that provider's scope, the response rendered inside it too.

    A signed-in stranger to the provider gets 404: they do not learn that it exists.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            slug = resolve(request.path_info).kwargs.get("provider")
        except Resolver404:
            slug = None
        if slug is None:
            return self.get_response(request)
        membership = membership_at(request.user.pk, slug) if request.user.is_authenticated else None
        scope = membership.scope() if membership else self._visitor_scope(slug)
        if scope is None:
            return self.get_response(request)  # process_view answers 404
        with open_scope(scope):
            self._introduce(request, scope)
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Deny by default: sign-in first, then 404 for strangers, then 403 for the wrong door or permission."""
        if kwargs.pop("provider", None) is None:
            return None
        access: Access | None = getattr(view, "access", None)
        if access is not None and access.door is Door.PUBLIC and getattr(request, "provider", None):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if getattr(request, "person", None) is None:
            raise Http404
        if access is None or not may_enter(request, access):
            raise PermissionDenied
        tenant: Any = request
        duty = duty_of(request, tenant.provider, is_staff=tenant.tenant_scope.is_staff)
        if duty is not None:
            messages.warning(request, str(duty.words))
            return redirect(duty.url_name)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """An error answer leaves nothing half-written behind."""
        if getattr(request, "provider", None) is not None:
            transaction.set_rollback(True)

    def _visitor_scope(self, slug: str) -> Scope | None:
        """The brand of a provider for somebody unknown: no customer, so no customer's rows."""
        provider_id = provider_id_for(slug)
        return Scope(provider_id=provider_id, customers=frozenset()) if provider_id else None

    def _introduce(self, request: HttpRequest, scope: Scope) -> None:
        tenant: Any = request
        tenant.tenant_scope, tenant.person, tenant.roles = scope, None, frozenset()
        if scope.person_id is None:
            tenant.provider = Provider.objects.get(pk=scope.provider_id)
        else:
            memberships = StaffMembership if scope.is_staff else CustomerMembership
            roles = memberships.objects.filter(person=OuterRef("pk")).values("role")
            people = Person.objects.select_related("provider").annotate(held_roles=ArraySubquery(roles))
            tenant.person = people.get(pk=scope.person_id)
            tenant.provider, tenant.roles = tenant.person.provider, frozenset(tenant.person.held_roles)
        tenant.permissions = permissions_of(tenant.roles) if scope.is_staff else frozenset()
        timezone.activate(getattr(request.user, "time_zone", "") or tenant.provider.time_zone)
