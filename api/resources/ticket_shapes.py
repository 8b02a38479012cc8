"""Tickets, messages and files as JSON. A token of a school never reads what only the staff may know."""

from typing import Any

from rest_framework import serializers

from api.resources.shapes import (
    CategoryField,
    CustomerField,
    CustomerRef,
    LevelField,
    Line,
    PersonField,
    PersonRef,
    StaffField,
)
from sla.models import Clock, ServiceLevel
from tickets.models import (
    CLOSABLE_AS,
    Attachment,
    Channel,
    ClosedAs,
    Message,
    RequestAnswer,
    RequestApproval,
    Ticket,
    TicketRequest,
)

LONGEST_TEXT = 100_000
LONGEST_REASON = 300
# What a program may say of how a request came in. Mail comes through the mailboxes.
RAISED_BY = ((Channel.PORTAL, Channel.PORTAL.label), (Channel.PHONE, Channel.PHONE.label))
MESSAGE_KINDS = (("reply", "Reply"), ("note", "Internal note"))


class LevelShape(serializers.ModelSerializer[ServiceLevel]):
    """A service level."""

    class Meta:
        model = ServiceLevel
        fields = ("key", "name", "rank")


class ClockShape(serializers.ModelSerializer[Clock]):
    """A promise and where it stands. `due_at` is null while it waits or no visit is booked to run in."""

    apart = serializers.CharField(help_text="exempt, callout or monitoring; empty where it counts")

    class Meta:
        model = Clock
        fields = (
            "kind",
            "state",
            "apart",
            "started_at",
            "allowance_minutes",
            "warn_at",
            "due_at",
            "ended_at",
        )


class AnswerShape(serializers.ModelSerializer[RequestAnswer]):
    """A question of a form as it was asked, with what was answered."""

    class Meta:
        model = RequestAnswer
        fields = ("label", "value")


class RequestShape(serializers.ModelSerializer[TicketRequest]):
    """What was asked through a form of the portal. `needed_by` is a day of the provider."""

    answers = AnswerShape(many=True)

    class Meta:
        model = TicketRequest
        fields = ("title", "needed_by", "urgent_why", "changes_account", "answers")


class ApprovalShape(serializers.ModelSerializer[RequestApproval]):
    """The school's own approval. No clock runs while it waits."""

    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = RequestApproval
        fields = ("state", "asked_of", "asked_at", "decided_at", "decided_by", "note")


class TicketShape(serializers.ModelSerializer[Ticket]):
    """A ticket. Fields that only the staff may know are null for a token of a school."""

    STAFF_ONLY = ("team", "escalation_level", "waiting_reason")

    closed_as = serializers.CharField(
        help_text="fixed, unresolved, withdrawn or spam; empty until it is closed"
    )
    customer = CustomerRef()
    requester = PersonRef()
    assignee = PersonRef(allow_null=True)
    level = LevelShape()
    category = serializers.SlugRelatedField("key", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    response_clock = ClockShape(allow_null=True)
    fix_clock = ClockShape(allow_null=True)
    request = RequestShape(source="asked", allow_null=True, default=None)
    approval = ApprovalShape(allow_null=True, default=None)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    escalation_level = serializers.IntegerField(allow_null=True)
    waiting_reason = serializers.CharField(allow_null=True)

    class Meta:
        model = Ticket
        read_only_fields = fields = (
            "number",
            "version",
            "subject",
            "is_confidential",
            "state",
            "closed_as",
            "channel",
            "customer",
            "requester",
            "assignee",
            "team",
            "level",
            "category",
            "escalation_level",
            "waiting_reason",
            "logged_at",
            "promise_at",
            "fixed_at",
            "closed_at",
            "updated_at",
            "response_clock",
            "fix_clock",
            "request",
            "approval",
        )

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown if self.context["view"].is_staff else {**shown, **dict.fromkeys(self.STAFF_ONLY)}


class AttachmentShape(serializers.ModelSerializer[Attachment]):
    """A file; its bytes are at `/attachments/{id}`."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256")


class MessageShape(serializers.ModelSerializer[Message]):
    """One message, note or event of a ticket."""

    author = PersonRef(allow_null=True)
    attachments = AttachmentShape(many=True)

    class Meta:
        model = Message
        fields = ("id", "direction", "channel", "author", "at", "text", "is_automatic", "attachments")


class NewTicket(serializers.Serializer[Any]):
    """A request. `requester` must belong to the customer; a token of a school may leave both out."""

    customer = CustomerField(required=False)
    requester = PersonField(required=False)
    subject = Line(max_length=300)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    channel = serializers.ChoiceField(RAISED_BY, default=Channel.PORTAL)
    level = LevelField(required=False)
    category = CategoryField(required=False)
    is_confidential = serializers.BooleanField(
        default=False,
        help_text="Read by named people alone: who asks, who owns it, the safeguarding contacts.",
    )


class NewMessage(serializers.Serializer[Any]):
    """A message. `note` is for the staff alone; `reply` is the desk's answer, or the school's own word."""

    kind = serializers.ChoiceField(MESSAGE_KINDS, default="reply")
    text = serializers.CharField(max_length=LONGEST_TEXT)
    by_phone = serializers.BooleanField(default=False, help_text="A record of a call: nothing is mailed.")


class NewFiles(serializers.Serializer[Any]):
    """Files with a few words, as multipart."""

    kind = serializers.ChoiceField(MESSAGE_KINDS, default="reply")
    text = serializers.CharField(max_length=LONGEST_TEXT)
    file = serializers.FileField()


class LevelChange(serializers.Serializer[Any]):
    level = LevelField()
    reason = Line(max_length=LONGEST_REASON)


class Assignment(serializers.Serializer[Any]):
    assignee = StaffField(allow_null=True)


class Waiting(serializers.Serializer[Any]):
    waiting_for = serializers.ChoiceField((("customer", "The school"), ("third_party", "A third party")))
    reason = Line(max_length=LONGEST_REASON)


class Fixing(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_TEXT)
    by_phone = serializers.BooleanField(default=False, help_text="It was said in a call: nothing is mailed.")


class Reopening(serializers.Serializer[Any]):
    reason = Line(max_length=LONGEST_REASON)


class Closing(serializers.Serializer[Any]):
    closed_as = serializers.ChoiceField(CLOSABLE_AS, default=ClosedAs.FIXED)
    text = serializers.CharField(max_length=LONGEST_TEXT, default="", allow_blank=True)
