"""The outcome of a review, recorded by a person and told to the school (Rule S12)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from reviews.mailing import mail_outcome
from reviews.models import Review, ReviewOutcome
from reviews.selectors import told_of


@transaction.atomic
def review_finish(*, review: Review, by: Person, outcome: str, found: str, words: str = "") -> Review:
    """Record what was found and what came of it. With words to the school, these are mailed to it.

    Raises ValidationError by field: outcome, found (empty), words (missing where something was done or recommended;
    nobody to read them; of a confidential ticket), and with code 'moved_on' where somebody else was first.
    """
    rows = Review.objects.select_for_update(of=("self",)).select_related("customer", "ticket")
    review = rows.get(pk=review.pk)
    if not review.is_open:
        raise ValidationError(_("Somebody has recorded the outcome meanwhile."), code="moved_on")
    told = told_of(review)
    problems = _problems(review, told, outcome, found.strip(), words.strip())
    if problems:
        raise ValidationError(problems)
    review.outcome, review.found, review.words = outcome, found.strip(), words.strip()
    review.done_by, review.done_at = by, timezone.now()
    review.told = told if review.words else None
    review.save()
    audit_record(action="review.finished", target=review, changes={"outcome": ("", outcome)})
    if review.told is not None:
        mail_outcome(review, review.told)
    return review


def _problems(review: Review, told: Person | None, outcome: str, found: str, words: str) -> dict[str, str]:
    problems = {}
    if outcome not in ReviewOutcome.values:
        problems["outcome"] = _("Choose an outcome.")
    if not found:
        problems["found"] = _("Say what was found.")
    if review.ticket is not None and review.ticket.is_confidential:
        if words:
            problems["words"] = _("The ticket is confidential: write to the school on the ticket itself.")
    elif words and told is None:
        problems["words"] = _("The school has neither an IT lead nor a relationship owner. Add one first.")
    elif not words and outcome != ReviewOutcome.NOTHING:
        problems["words"] = _("Say it to the school. Only 'Nothing needed' may stay untold.")
    return problems
