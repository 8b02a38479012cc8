"""Mail that asks how we did. Its words: `satisfaction.mail_kinds`."""

from accounts.tenancy.memory import current_provider
from satisfaction.links import link_url
from satisfaction.mail_kinds import ASKED
from satisfaction.models import Answer, SatisfactionQuestion
from tickets.mailing import tell_person


def mail_question(question: SatisfactionQuestion) -> bool:
    """To whom it was put, with a link for each answer. Whether a mail goes out."""
    provider = current_provider()
    values = {
        f"question.{answer.value}": link_url(provider.slug, question, answer.value) for answer in Answer
    }
    mail = tell_person(
        provider=provider, ticket=question.ticket, person=question.person, kind=ASKED, values=values
    )
    return mail is not None
