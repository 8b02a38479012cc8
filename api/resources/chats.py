"""Chats over REST, to be read: which there were, and what was said in one (Rule I4)."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Resource
from api.models import TokenScope
from api.pagination import NewestFirst
from api.resources.shapes import CustomerRef, PersonRef
from chat.models import Chat, ChatFile, ChatMessage, ChatState
from chat.selectors import chats_with_people, lines_of, own_chats


class ChatShape(serializers.ModelSerializer[Chat]):
    """A chat. `ticket` is the number of the ticket that its transcript stands on, null without one."""

    customer = CustomerRef()
    person = PersonRef()
    assignee = PersonRef(allow_null=True)
    ticket = serializers.IntegerField(source="ticket.number", allow_null=True, default=None)
    ended_by = serializers.CharField(help_text="desk, visitor, left; empty while it goes on")

    class Meta:
        model = Chat
        fields: tuple[str, ...] = (
            "id",
            "customer",
            "person",
            "origin",
            "state",
            "assignee",
            "ticket",
            "started_at",
            "answered_at",
            "ended_at",
            "ended_by",
        )


class ChatFileShape(serializers.ModelSerializer[ChatFile]):
    """A file of a line: what it is called and how large it is, in bytes. Its content is not given out here."""

    class Meta:
        model = ChatFile
        fields = ("name", "content_type", "size")


class ChatLineShape(serializers.ModelSerializer[ChatMessage]):
    """One line. `seq` counts from 1 without gaps; `side` is visitor, desk or system."""

    author = PersonRef(allow_null=True)
    files = ChatFileShape(many=True)

    class Meta:
        model = ChatMessage
        fields = ("seq", "side", "author", "at", "text", "files")


class ChatWhole(ChatShape):
    """A chat with its transcript, in order."""

    messages = ChatLineShape(many=True)

    class Meta(ChatShape.Meta):
        fields = (*ChatShape.Meta.fields, "messages")


class ChatFilter(filters.FilterSet):  # type: ignore[misc]
    """Which chats."""

    customer = filters.CharFilter("customer__slug")
    state = filters.MultipleChoiceFilter(choices=ChatState.choices)

    class Meta:
        model = Chat
        fields: list[str] = []


class Chats(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Chats, the newest first. A token of a school reads its own person's alone, as the portal shows them."""

    reads = TokenScope.TICKETS_READ
    queryset = Chat._base_manager.none()
    serializer_class = ChatShape
    pagination_class = NewestFirst
    filterset_class = ChatFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Chat]:
        return chats_with_people() if self.is_staff else own_chats(self.request.person)  # type: ignore[attr-defined]

    @extend_schema(
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="The chat's id.")],
        responses={200: ChatWhole},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A chat and what was said."""
        found = self.get_object()
        prefetch_related_objects([found], Prefetch("messages", queryset=lines_of(found)))
        return Response(ChatWhole(found, context=self.get_serializer_context()).data)
