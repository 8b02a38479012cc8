"""What a provider and a school of the world have besides tickets, each piece carrying its own word."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.files import UploadedPart
from accounts.models import Customer, Person
from contracts.models import (
    Answer,
    ClauseTopic,
    Contract,
    Obligation,
    ObligationState,
    Varied,
)
from contracts.services import document_add, obligation_create, obligation_review, variation_add
from contracts.services.variations import VariedValue
from knowledge.services import (
    article_publish,
    article_write,
)
from knowledge.services.articles import Words
from protection.models import ExportState, Hold, SubjectExport
from quotes.models import Quote, QuoteLine, QuoteState
from reports.services import report_draft, report_release
from sla.quarters import Quarter
from sla.times import local_day
from tests.cast import Cast
from tests.tenancy.places import PROVIDER_WORDS, SCHOOL_WORDS
from webhooks.events import EventType
from webhooks.services.deliveries import endpoint_test
from webhooks.services.endpoints import endpoint_create


def quote_add(school: Customer) -> None:
    """An offer that the school has read and not decided."""
    word, by = SCHOOL_WORDS[school.slug], Person.objects.filter(is_staff=True).order_by("pk")[0]
    quote = Quote.objects.create(
        customer=school,
        number=school.pk,
        subject=f"{word} subject",
        wanted=f"{PROVIDER_WORDS[school.provider.slug]} wanted",
        words=f"{word} words",
        state=QuoteState.SENT,
        valid_until=local_day(timezone.now(), school.provider.time_zone),
        asked_by=by,
        asked_at=timezone.now(),
        sent_at=timezone.now(),
    )
    QuoteLine.objects.create(
        customer=school, quote=quote, position=1, description=f"{word} line", quantity=1, unit_price=1
    )


def protection_add(cast: Cast, provider: str) -> None:
    """What was gathered about somebody, for the administrator who asked for it, and what is held."""
    word, admin = PROVIDER_WORDS[provider], cast.person("ada" if provider == "alder" else "bill")
    path = default_storage.save(f"{word}.zip", ContentFile(word.encode()))
    SubjectExport.objects.create(person=admin, by=admin, state=ExportState.READY, path=path)
    Hold.objects.create(person=admin, reason=f"{word} hold", placed_by=admin)


def webhook_add(cast: Cast, provider: str) -> None:
    """An endpoint whose one delivery waits."""
    word, admin = PROVIDER_WORDS[provider], cast.person("ada" if provider == "alder" else "bill")
    endpoint, _secret = endpoint_create(
        label=f"{word} webhook",
        url=f"https://{word}.example/",
        events=[EventType.TICKET_OPENED],
        created_by=admin,
    )
    endpoint_test(endpoint=endpoint)


def knowledge_add(provider: str) -> None:
    """A published article, beside the drafts that `filling.py` makes."""
    word = PROVIDER_WORDS[provider]
    words = Words(title=f"{word} article", short_answer=f"{word} answer", body=f"**{word}** text")
    article_publish(article=article_write(words=words), expected_version=1)


def report_add(school: Customer) -> None:
    """A released report of the third quarter, beside a draft of the fourth."""
    for quarter in (Quarter(2026, 3), Quarter(2026, 4)):
        report = report_draft(customer=school, quarter=quarter)
        report.introduction = f"{SCHOOL_WORDS[school.slug]} report"
        report.save()
        if quarter.number == 3:
            report_release(report=report)


def agreed_add(school: Customer) -> None:
    """A variation, a reviewed obligation and a document."""
    word, today = SCHOOL_WORDS[school.slug], timezone.now().date()
    contract = Contract.objects.select_related("package").get(customer=school)
    value = VariedValue(topic=ClauseTopic.SIMS, choice=Answer.COVERED, words=f"{word} clause")
    approver = Person.objects.filter(is_staff=True).order_by("pk")[0]
    variation_add(
        contract=contract,
        varied=Varied.CLAUSE,
        value=value,
        holds_from=today,
        approved_by=approver,
        note=f"{word} note",
    )
    obligation = Obligation.objects.first() or obligation_create(name="Policy", wording="Have one.")
    obligation_review(
        customer=school,
        obligation=obligation,
        state=ObligationState.PARTLY,
        reviewed_on=today,
        today=today,
        note=f"{word} review",
    )
    part = UploadedPart(f"{word}-agreement.pdf", "application/pdf", word.encode())
    document_add(contract=contract, title=f"{word} agreement", part=part)
