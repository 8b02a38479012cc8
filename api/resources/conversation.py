"""Messages of a ticket and their files. Notes are the staff's alone."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.files import UploadedPart, download
from api.base import Resource
from api.models import TokenScope
from api.pagination import NewestFirst
from api.resources.ticket_shapes import MessageShape, NewFiles, NewMessage
from tickets.models import Attachment, Channel, Message, ReadingWay, Ticket
from tickets.selectors import PORTAL_DIRECTIONS, conversation_of, visible_tickets
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.readings import reading_record

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The ticket's number.")


class Messages(ListModelMixin, Resource):
    """The conversation of a ticket."""

    reads, writes = TokenScope.TICKETS_READ, TokenScope.TICKETS_WRITE
    queryset = Message._base_manager.none()
    serializer_class = MessageShape
    pagination_class = NewestFirst
    filter_backends: Any = ()
    parser_classes = (JSONParser, MultiPartParser)
    group = "tickets"

    def get_queryset(self) -> QuerySet[Message]:
        return conversation_of(self._ticket(), for_staff=self.is_staff)

    @extend_schema(operation_id="tickets_messages_list", parameters=[NUMBER])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Messages, notes and events, the newest first. A token of a school reads no notes."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        operation_id="tickets_messages_create",
        parameters=[NUMBER],
        request={"application/json": NewMessage, "multipart/form-data": NewFiles},
        responses={201: MessageShape},
    )
    def create(self, request: Request, number: str) -> Response:
        """Write on the ticket, with a file as multipart. The desk's first reply ends the response clock."""
        ticket = self._ticket()
        is_file = (request.content_type or "").startswith("multipart/")
        read = (NewFiles if is_file else NewMessage)(data=request.data)
        read.is_valid(raise_exception=True)
        message = self._write(ticket, **read.validated_data)
        return Response(self.get_serializer(message).data, status=201)

    def _write(
        self, ticket: Ticket, *, kind: str, text: str, by_phone: bool = False, file: Any = None
    ) -> Message:
        parts = [] if file is None else [UploadedPart(file.name, file.content_type or "", file.read())]
        person = self.request.person  # type: ignore[attr-defined]
        if not self.is_staff:
            if kind == "note":
                raise PermissionDenied(_("Notes are the staff's alone."))
            return message_receive(
                ticket=ticket, author=person, text=text, channel=Channel.PORTAL, attachments=parts
            )
        if kind == "note":
            return note_add(ticket=ticket, author=person, text=text, attachments=parts)
        channel = Channel.PHONE if by_phone else Channel.EMAIL
        return ticket_reply(ticket=ticket, author=person, text=text, channel=channel, attachments=parts)

    def _ticket(self) -> Ticket:
        visible = visible_tickets(self.request.person)  # type: ignore[attr-defined]
        ticket: Ticket = get_object_or_404(visible, number=self.kwargs["number"])
        reading_record(ticket=ticket, person_id=self.request.person.pk, way=ReadingWay.API)  # type: ignore[attr-defined]
        return ticket


class Attachments(Resource):
    """The bytes of files."""

    reads = TokenScope.TICKETS_READ
    queryset = Attachment._base_manager.none()
    pagination_class = None
    filter_backends: Any = ()
    group = "tickets"

    @extend_schema(
        operation_id="attachments_retrieve",
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="The file's id.")],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def retrieve(self, request: Request, pk: str) -> FileResponse:
        """A file, always as a download."""
        rows = Attachment.objects.filter(message__ticket__in=visible_tickets(request.person))  # type: ignore[attr-defined]
        if not self.is_staff:
            rows = rows.filter(message__direction__in=PORTAL_DIRECTIONS)
        found = get_object_or_404(rows.select_related("message__ticket"), pk=pk)
        person_id = request.person.pk  # type: ignore[attr-defined]
        reading_record(
            ticket=found.message.ticket, person_id=person_id, way=ReadingWay.FILE, what=f"{found.pk}"
        )
        return download(found)
