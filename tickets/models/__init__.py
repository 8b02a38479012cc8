from tickets.models.conversation import Attachment, Direction, Message
from tickets.models.coverage import CoverageRecord
from tickets.models.escalation import (
    BreachReason,
    Escalation,
    EscalationStage,
    EscalationTrigger,
    Explanation,
    MissCause,
)
from tickets.models.inbound import (
    ADDRESS_IN_USE_ONCE,
    AfterStoring,
    AnsweredAddress,
    InboundMail,
    InboundState,
    Mailbox,
    QuarantineReason,
    RefusedSender,
)
from tickets.models.quotes import TicketQuote
from tickets.models.sent import SentForm
from tickets.models.ticket import (
    NOT_COUNTED,
    OPEN_STATES,
    CallBack,
    Category,
    Channel,
    ClosedAs,
    Ticket,
    TicketState,
)
from tickets.models.visits import TicketVisit

__all__ = [
    "ADDRESS_IN_USE_ONCE",
    "NOT_COUNTED",
    "OPEN_STATES",
    "AfterStoring",
    "AnsweredAddress",
    "Attachment",
    "BreachReason",
    "CallBack",
    "Category",
    "Channel",
    "ClosedAs",
    "CoverageRecord",
    "Direction",
    "Escalation",
    "EscalationStage",
    "EscalationTrigger",
    "Explanation",
    "InboundMail",
    "InboundState",
    "Mailbox",
    "Message",
    "MissCause",
    "QuarantineReason",
    "RefusedSender",
    "SentForm",
    "Ticket",
    "TicketQuote",
    "TicketState",
    "TicketVisit",
]
