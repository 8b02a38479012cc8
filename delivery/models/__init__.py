from delivery.models.due import DueRow
from delivery.models.mail import MailPurpose, MailState, OutboundMail
from delivery.models.notifications import Notification

__all__ = ["DueRow", "MailPurpose", "MailState", "Notification", "OutboundMail"]
