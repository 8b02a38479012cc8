from delivery.models.due import DueRow
from delivery.models.mail import MailPurpose, MailState, OutboundMail
from delivery.models.notifications import Notification
from delivery.models.wording import MailWording

__all__ = ["DueRow", "MailPurpose", "MailState", "MailWording", "Notification", "OutboundMail"]
