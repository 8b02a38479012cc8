"""Quotes for the demo: one to be written, one with the school, one ordered, one declined and written anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Customer, Provider
from accounts.responsible import success_managers_of
from contracts.models import Contract
from demo.records import TicketRecord
from quotes.models import Quote, QuoteLine, QuoteState, QuoteStep, QuoteStepKind
from quotes.selectors import owners_of
from sla.times import local_day
from tickets.models import TicketQuote

VALID_FOR = timedelta(days=30)
TAKES = timedelta(hours=20)  # from one step to the next


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote as somebody asked for it, and how far it has come: the steps after the question."""

    subject: str
    wanted: str
    words: str
    days_ago: int
    lines: tuple[tuple[str, str, str], ...] = ()  # description, quantity, pounds each
    steps: tuple[QuoteStepKind, ...] = ()
    note: str = ""
    about: str = ""  # a word of the subject of the open ticket that it was asked for on


OFFERS = (
    Offer("Cabling for the new music room", "Six double points and a switch, by the half term.", "", 1),
    Offer("Projector lamps for the science block", "Eight lamps, fitted.",
          "Fitted on our next visit. The old lamps are taken away and recycled.", 5,
          (("Projector lamp, 5,000 hours", "8", "118.50"), ("Fitting, per room", "8", "15.00")),
          (QuoteStepKind.WRITTEN, QuoteStepKind.SENT), about="projector"),
    Offer("Thirty laptops for Year 9", "Thirty laptops with a charging trolley.",
          "Delivered and enrolled within four weeks of your order.", 34,
          (("Laptop, 14 inch, three years' warranty", "30", "389.00"), ("Charging trolley", "1", "870.00"),
           ("Discount for thirty", "1", "-450.00")),
          (QuoteStepKind.WRITTEN, QuoteStepKind.SENT, QuoteStepKind.ACCEPTED), "PO-4471"),
    Offer("Visitor screen for reception", "A screen with signage software.", "", 22,
          (("Screen, 43 inch", "1", "412.00"), ("Signage software, one year", "1", "120.00"),
           ("Installation", "1", "240.00")),
          (QuoteStepKind.WRITTEN, QuoteStepKind.SENT, QuoteStepKind.DECLINED), "Not in this year's budget"),
)  # fmt: skip
ENDS = {
    QuoteStepKind.SENT: QuoteState.SENT,
    QuoteStepKind.ACCEPTED: QuoteState.ACCEPTED,
    QuoteStepKind.DECLINED: QuoteState.DECLINED,
}


def quotes_add(provider: Provider, open_now: list[TicketRecord], *, now: datetime) -> None:
    """Add them, inside the provider's open scope, for schools that have somebody to decide. Nothing is mailed."""
    contracts = Contract.objects.select_related("customer__success_manager").order_by("customer__name")
    able = [one for one in contracts if owners_of(one.customer_id).exists()]
    for number, (offer, contract) in enumerate(zip(OFFERS, able, strict=False), start=1):
        ticket = _ticket_about(offer.about, {one.customer_id for one in able}, open_now)
        school = (
            next(one.customer for one in able if one.customer_id == ticket.school.customer_id)
            if ticket
            else None
        )
        _quote_add(provider, offer, number, school or contract.customer, ticket, now)


def _ticket_about(word: str, customer_ids: set[int], open_now: list[TicketRecord]) -> TicketRecord | None:
    fitting = (one for one in open_now if word and word in one.subject.lower())
    return next((one for one in fitting if one.school.customer_id in customer_ids), None)


def _quote_add(
    provider: Provider,
    offer: Offer,
    number: int,
    school: Customer,
    ticket: TicketRecord | None,
    now: datetime,
) -> None:
    asked_at = now - timedelta(days=offer.days_ago)
    kinds = (QuoteStepKind.ASKED, *offer.steps)
    times = {kind: asked_at + place * TAKES for place, kind in enumerate(kinds)}
    state = ENDS.get(kinds[-1], QuoteState.DRAFT)
    sent_at = times.get(QuoteStepKind.SENT)
    manager = success_managers_of(school)[0]
    owner = owners_of(school.pk)[0].pk
    quote = Quote.objects.create(
        customer=school,
        number=number,
        subject=ticket.subject if ticket else offer.subject,
        wanted=offer.wanted,
        words=offer.words,
        valid_until=local_day(sent_at + VALID_FOR, provider.time_zone) if sent_at else None,
        state=state,
        asked_by_id=manager,
        asked_at=asked_at,
        sent_at=sent_at,
        decided_at=times[kinds[-1]] if state in {QuoteState.ACCEPTED, QuoteState.DECLINED} else None,
        purchase_order=offer.note if state == QuoteState.ACCEPTED else "",
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(
            customer=school,
            quote=quote,
            position=place,
            description=description,
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
        )
        for place, (description, quantity, price) in enumerate(offer.lines, start=1)
    )
    decisions = {QuoteStepKind.ACCEPTED, QuoteStepKind.DECLINED}
    QuoteStep.objects.bulk_create(
        QuoteStep(
            customer=school,
            quote=quote,
            kind=kind,
            by_id=owner if kind in decisions else manager,
            at=at,
            note=offer.note if kind in decisions else "",
        )
        for kind, at in times.items()
    )
    if ticket is not None:
        TicketQuote.objects.create(customer=school, ticket_id=ticket.id, quote=quote)
