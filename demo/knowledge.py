"""For the demo: what the first provider has written down for its schools, and one draft. Nothing here sends mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person, Provider, StaffMembership, StaffRole
from knowledge.models import Audience
from knowledge.services import article_publish, article_write
from knowledge.services.articles import Words
from sla.times import local_day
from tickets.models import Category

LOOKED_AT_AGAIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Known:
    """An article: the key of its category, what it says, and words that schools use for it."""

    category: str
    title: str
    short_answer: str
    body: str
    words: str = ""
    audience: Audience = Audience.ALL
    is_draft: bool = False


KNOWN = (
    Known(
        "classroom-av",
        "The projector shows no picture",
        "Press Windows and P and choose 'Duplicate'. Then check that the projector is on the input that the cable is "
        "plugged into.",
        "1. Press **Windows + P** on the computer and choose *Duplicate*.\n"
        "2. Press *Input* or *Source* on the projector's remote control until the picture appears.\n"
        "3. Push both ends of the cable in firmly.\n"
        "4. Turn the projector off, wait until its fan stands still, and turn it on again.\n\n"
        "Please do not climb up to it: tell us, and we come.",
        "projector beamer blank screen no signal whiteboard",
    ),
    Known(
        "classroom-av",
        "The interactive board does not follow the pen",
        "Unplug the board's USB cable from the computer, wait ten seconds and plug it in again. Then calibrate it.",
        "If the pen is off by a little, open the board's menu and choose *Calibrate*, then touch each cross.",
        "whiteboard pen touch smartboard calibrate",
    ),
    Known(
        "printer",
        "Nothing comes out of the printer",
        "Look at its display first: paper, toner, or an open door stop every job. Then log in at the printer once more "
        "and release the job again.",
        "1. Is there a message on the display? Follow it.\n"
        "2. Is the job in the list at the printer? Jobs that nobody releases are removed overnight.\n"
        "3. Turn the printer off and on.\n\n"
        "If several people cannot print, tell us at once: that is more than one printer's trouble.",
        "printer printing paper jam toner queue copier",
    ),
    Known(
        "account",
        "I have forgotten my password",
        "Ask us with the form 'Password reset'. We ring back on the school's own number before we set a new one.",
        "We never send a password to a private address, and never change one because a mail asks for it. A pupil's "
        "password can be set by the teachers whom your school has named for it.",
        "password login locked account sign in forgotten",
    ),
    Known(
        "internet",
        "The Wi-Fi is slow in one room",
        "Turn the device's Wi-Fi off and on. If others in the room have it too, tell us the room and the time: we can "
        "see what the access point saw.",
        "",
        "wifi wireless slow internet connection drops",
    ),
    Known(
        "software",
        "How to have a program installed",
        "Send us its name, its licence and who needs it by when. Programs that read pupils' data need your data "
        "protection officer's word first.",
        "We try each program on one computer before it goes to all. Allow **five working days**.",
        "install app program licence software",
    ),
    Known(
        "other",
        "A strange e-mail asks me to sign in or to pay",
        "Do not open its link. Forward it to us as an attachment and delete it. If you have typed your password "
        "already, ring us now.",
        "Ringing is never wrong: we lock the account within minutes, and nobody is blamed.",
        "phishing scam virus spam hacked",
    ),
    Known(
        "internet",
        "When a whole site is offline",
        "Ask the school to look whether the cabinet has power. Then ring the line's supplier with the school's account "
        "reference and pass the ticket on to them.",
        "The references stand on the school's contract page. Two schools behind one line: look at both.",
        "site down outage line broadband",
        audience=Audience.STAFF,
    ),
    Known(
        "account",
        "Sharing a mailbox with a colleague",
        "Tell us the mailbox and who is to read it; the school's named contact says yes.",
        "To do: which rights a shared mailbox gives.",
        "shared mailbox delegate",
        is_draft=True,
    ),
)


def knowledge_add(provider: Provider, *, now: datetime) -> None:
    """Write the articles, inside the provider's open scope; the technical lead looks after them."""
    lead = Person.objects.filter(
        pk__in=StaffMembership.objects.filter(role=StaffRole.TECHNICAL_LEAD).values("person")
    ).first()
    categories = {one.key: one for one in Category.objects.all()}
    for known in KNOWN:
        article = article_write(
            words=Words(
                title=known.title,
                short_answer=known.short_answer,
                body=known.body,
                words=known.words,
                category=categories[known.category],
                audience=known.audience,
                owner=lead,
                review_by=local_day(now + LOOKED_AT_AGAIN, provider.time_zone),
            )
        )
        if not known.is_draft:
            article_publish(article=article, expected_version=article.version)
