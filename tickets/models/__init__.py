from tickets.models.bulk import BulkAction, BulkKind, BulkRow
from tickets.models.confidential import (
    ReaderCause,
    ReadingWay,
    SafeguardingContact,
    TicketReader,
    TicketReading,
)
from tickets.models.conversation import Attachment, Direction, Message
from tickets.models.coverage import CoverageRecord
from tickets.models.drafts import Draft, DraftKind
from tickets.models.escalation import (
    BreachReason,
    Escalation,
    EscalationStage,
    EscalationTrigger,
    Explanation,
    MissCause,
)
from tickets.models.identity import IdentityCheck, IdentityMethod, Passphrase
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
from tickets.models.kept import Audience, Kept
from tickets.models.links import SEEN_FROM_OTHER, LinkKind, TicketLink
from tickets.models.macros import CLOSES_AS, SAYS, WAITS_FOR, Macro, MacroThen
from tickets.models.merging import TicketMerge
from tickets.models.quotes import TicketQuote
from tickets.models.referrals import CHASE_EVERY, Referral, ReferralOutcome, Supplier, Urgency
from tickets.models.request_forms import (
    APPROVER_ROLES,
    WITH_CHOICES,
    FormQuestion,
    QuestionKind,
    RequestForm,
    RequestKind,
)
from tickets.models.requests import (
    NOTE_LENGTH,
    ApprovalState,
    RequestAnswer,
    RequestApproval,
    TicketRequest,
)
from tickets.models.saved_views import SavedView, ViewIcon
from tickets.models.sent import SentForm
from tickets.models.ticket import (
    CLOSABLE_AS,
    ENDED,
    NOT_COUNTED,
    OPEN_STATES,
    UNDER_WAY,
    CallBack,
    CallOutcome,
    Category,
    Channel,
    ClosedAs,
    Ticket,
    TicketState,
)
from tickets.models.timers import AttentionPolicy, TicketTimer, TimerKind
from tickets.models.visits import TicketVisit
from tickets.models.watchers import Watcher, WatcherCause
from tickets.models.work_time import LONGEST, WorkTime

__all__ = [
    "ADDRESS_IN_USE_ONCE",
    "APPROVER_ROLES",
    "CHASE_EVERY",
    "CLOSABLE_AS",
    "CLOSES_AS",
    "ENDED",
    "LONGEST",
    "NOTE_LENGTH",
    "NOT_COUNTED",
    "OPEN_STATES",
    "SAYS",
    "SEEN_FROM_OTHER",
    "UNDER_WAY",
    "WAITS_FOR",
    "WITH_CHOICES",
    "AfterStoring",
    "AnsweredAddress",
    "ApprovalState",
    "Attachment",
    "AttentionPolicy",
    "Audience",
    "BreachReason",
    "BulkAction",
    "BulkKind",
    "BulkRow",
    "CallBack",
    "CallOutcome",
    "Category",
    "Channel",
    "ClosedAs",
    "CoverageRecord",
    "Direction",
    "Draft",
    "DraftKind",
    "Escalation",
    "EscalationStage",
    "EscalationTrigger",
    "Explanation",
    "FormQuestion",
    "IdentityCheck",
    "IdentityMethod",
    "InboundMail",
    "InboundState",
    "Kept",
    "LinkKind",
    "Macro",
    "MacroThen",
    "Mailbox",
    "Message",
    "MissCause",
    "Passphrase",
    "QuarantineReason",
    "QuestionKind",
    "ReaderCause",
    "ReadingWay",
    "Referral",
    "ReferralOutcome",
    "RefusedSender",
    "RequestAnswer",
    "RequestApproval",
    "RequestForm",
    "RequestKind",
    "SafeguardingContact",
    "SavedView",
    "SentForm",
    "Supplier",
    "Ticket",
    "TicketLink",
    "TicketMerge",
    "TicketQuote",
    "TicketReader",
    "TicketReading",
    "TicketRequest",
    "TicketState",
    "TicketTimer",
    "TicketVisit",
    "TimerKind",
    "Urgency",
    "ViewIcon",
    "Watcher",
    "WatcherCause",
    "WorkTime",
]
