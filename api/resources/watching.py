"""Who follows a ticket, over REST (Rule I6)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Person
from api.base import Resource, given_in
from api.models import TokenScope
from api.pagination import NewestFirst
from api.resources.shapes import PersonField, PersonRef
from tickets.models import Ticket, Watcher
from tickets.selectors import visible_tickets
from tickets.services.watching import watcher_add, watcher_end
from tickets.watchers import may_add_colleagues, watchers_now

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The ticket's number.")


class WatcherShape(serializers.ModelSerializer[Watcher]):
    """Somebody who follows a ticket, how they came to it and since when."""

    person = PersonRef()

    class Meta:
        model = Watcher
        fields = ("person", "cause", "added_at")


class NewWatcher(serializers.Serializer[Any]):
    """Somebody of the ticket's school; or the token's own person."""

    person = PersonField()


class Watchers(mixins.ListModelMixin, Resource):
    """Who follows a ticket. The staff's own following is the desk's alone."""

    reads, writes = TokenScope.TICKETS_READ, TokenScope.TICKETS_WRITE
    queryset = Watcher._base_manager.none()
    serializer_class = WatcherShape
    pagination_class = NewestFirst
    filter_backends: Any = ()
    group = "tickets"

    def get_queryset(self) -> QuerySet[Watcher]:
        rows = watchers_now(self._ticket())
        return rows if self.is_staff else rows.filter(person__is_staff=False)

    @extend_schema(operation_id="tickets_watchers_list", parameters=[NUMBER])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who follows it now, whoever began last at the top."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        operation_id="tickets_watchers_create",
        parameters=[NUMBER],
        request=NewWatcher,
        responses={201: WatcherShape},
    )
    def create(self, request: Request, number: str) -> Response:
        """Let somebody follow it; they are told by mail."""
        ticket, person = self._ticket(), given_in(request, NewWatcher)["person"]
        self._needs_right(ticket, person)
        made = watcher_add(ticket=ticket, person=person, by=request.person)  # type: ignore[attr-defined]
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        operation_id="tickets_watchers_destroy",
        parameters=[NUMBER, OpenApiParameter("person", int, OpenApiParameter.PATH, description="Their id.")],
        responses={204: None},
    )
    def destroy(self, request: Request, number: str, person: str) -> Response:
        """Somebody follows it no longer. 404 where they did not."""
        ticket = self._ticket()
        row: Watcher = get_object_or_404(self.get_queryset(), person=person)
        self._needs_right(ticket, row.person)
        watcher_end(ticket=ticket, person=row.person, by=request.person)  # type: ignore[attr-defined]
        return Response(status=204)

    def _needs_right(self, ticket: Ticket, person: Person) -> None:
        """Raise PermissionDenied where a token of a school acts for others without being one who may."""
        own: Person = self.request.person  # type: ignore[attr-defined]
        if not self.is_staff and person.pk != own.pk and not may_add_colleagues(own, ticket):
            raise PermissionDenied(
                _("Only who asked for it, and your school's leads, choose who else follows it.")
            )

    def _ticket(self) -> Ticket:
        visible = visible_tickets(self.request.person)  # type: ignore[attr-defined]
        found: Ticket = get_object_or_404(visible, number=self.kwargs["number"])
        return found
