"""For the demo: a known problem with a ticket, maintenance ahead, and two notices that are over. Nothing sends mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Customer, Person, StaffMembership, StaffRole
from demo.records import TicketRecord
from knowledge.models import NoticeAudience, NoticeFollower, NoticeKind, NoticeTicket, ServiceNotice
from knowledge.services import notice_publish, notice_update, notice_write
from knowledge.services.notices import News, NoticeWords
from tickets.models import Category

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Past:
    """A notice of the past: how long ago it began, and what was told after how long."""

    category: str
    title: str
    text: str
    ago: timedelta
    steps: Sequence[tuple[timedelta, str, str]]


OVER = (
    Past(
        "internet",
        "No internet at several schools",
        "Several schools have no internet since this morning. Telephones and printing work. We are looking into it.",
        12 * DAY,
        (
            (
                HOUR,
                "known",
                "The line of our internet provider is cut at a building site. They are on their way.",
            ),
            (
                4 * HOUR,
                "over",
                "The line is mended. If something still does not work, restart the device once.",
            ),
        ),
    ),
    Past(
        "email",
        "Mail arrives late",
        "Mail from outside arrives up to an hour late. Nothing is lost.",
        41 * DAY,
        ((2 * HOUR, "over", "The mail service has caught up. All mail has been delivered."),),
    ),
)


def notices_add(open_now: list[TicketRecord], *, now: datetime) -> None:
    """Add them, inside the provider's open scope; the technical lead tells what there is to tell."""
    leads = StaffMembership.objects.filter(role=StaffRole.TECHNICAL_LEAD).order_by("pk")
    lead = Person.objects.get(pk=leads.values("person")[:1])
    categories = {one.key: one for one in Category.objects.all()}
    for past in OVER:
        began = now - past.ago
        words = NoticeWords(
            title=past.title, text=past.text, starts_at=began, category=categories.get(past.category)
        )
        notice = _published(words, lead, began + HOUR / 4)
        for after, state, text in past.steps:
            _told(notice, News(state=state, text=text), lead, began + after)
    _maintenance_add(lead, now)
    _problem_add(open_now, lead, categories.get("internet"), now)


def _problem_add(
    open_now: list[TicketRecord], lead: Person, category: Category | None, now: datetime
) -> None:
    """What goes on now, at the school of an open ticket about the internet, whose requester waits for news."""
    about = [one for one in open_now if category is not None and one.category_id == category.pk] or open_now
    if not about:
        return
    ticket = about[0]
    school = Customer.objects.get(pk=ticket.school.customer_id)
    words = NoticeWords(
        title=f"Wi-Fi at {school.name} is slow",
        text="Wi-Fi is slow in the main building. Devices on a cable are not affected. We are looking into it.",
        starts_at=now - HOUR,
        category=category,
        audience=NoticeAudience.SCHOOLS,
        schools=[school],
        next_news_at=now + HOUR / 2,
    )
    notice = _published(words, lead, now - HOUR * 3 / 4)
    text = (
        "One of the access points floods the others. We are replacing it; until then, please use the cable."
    )
    _told(notice, News(state="mending", text=text, next_news_at=now + HOUR), lead, now - HOUR / 4)
    customer_id, person_id = school.pk, ticket.requester.person_id
    NoticeTicket.objects.create(notice=notice, customer_id=customer_id, ticket_id=ticket.id, by=lead)
    NoticeFollower.objects.create(notice=notice, customer_id=customer_id, person_id=person_id, told=2)


def _maintenance_add(lead: Person, now: datetime) -> None:
    """Saturday's updates, for every school."""
    saturday = (now + timedelta(days=(5 - now.weekday()) % 7 or 7)).replace(
        hour=8, minute=0, second=0, microsecond=0
    )
    words = NoticeWords(
        kind=NoticeKind.MAINTENANCE,
        title="Updates of all servers on Saturday",
        text="Servers restart one after the other. Files and printing may be away for some minutes each time.",
        starts_at=saturday,
        ends_at=saturday + 4 * HOUR,
    )
    _published(words, lead, now - DAY)


def _published(words: NoticeWords, by: Person, at: datetime) -> ServiceNotice:
    return notice_publish(notice=notice_write(words=words, by=by), expected_version=1, by=by, at=at)


def _told(notice: ServiceNotice, news: News, by: Person, at: datetime) -> None:
    fresh = ServiceNotice.objects.get(pk=notice.pk)
    notice_update(notice=fresh, expected_version=fresh.version, by=by, news=news, at=at)
