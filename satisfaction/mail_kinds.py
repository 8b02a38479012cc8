"""The mail that asks how we did, its variables and its standard words (Rule I6)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, Shape, Variable
from tickets.mail_kinds import TICKET
from tickets.mail_values import TICKET_EXAMPLES

ASKED = "how-did-we-do"
LINK = "https://desk.example/alder/how-did-we-do/WzEsMiwzLDRd.1vQ0aB/?answer="

ANSWERS = (
    Variable(
        "question.good",
        gettext_lazy("Where to answer that it was good"),
        f"{LINK}good",
        shape=Shape.LINK,
    ),
    Variable(
        "question.all_right",
        gettext_lazy("Where to answer that it was all right"),
        f"{LINK}all_right",
        shape=Shape.LINK,
    ),
    Variable(
        "question.poor",
        gettext_lazy("Where to answer that it was poor"),
        f"{LINK}poor",
        shape=Shape.LINK,
    ),
)

SATISFACTION = MailFamily(
    group=gettext_lazy("Satisfaction"),
    variables=(*TICKET, *ANSWERS),
    required=frozenset(one.name for one in ANSWERS) | {"ticket.reference"},
    tag="[ALD-1042]",
    examples=TICKET_EXAMPLES,
    order=45,
)

SATISFACTION.add(
    ASKED,
    gettext_lazy("How did we do?"),
    gettext_lazy(
        "Asks who made a request, a quarter of an hour after it was closed. The links save nothing until a button is"
        " pressed on the page behind them."
    ),
    subject=gettext_lazy("How did we do? {{ ticket.subject }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'We have closed your request "{{ ticket.subject }}" ({{ ticket.reference }}). How did we do?\n\n'
        "Good:\n{{ question.good }}\n\n"
        "All right:\n{{ question.all_right }}\n\n"
        "Poor:\n{{ question.poor }}\n\n"
        "It takes one click, then a button; you need not sign in. You can add a comment.\n\n"
        "If something still does not work, simply answer this e-mail: that opens your request again.\n\n"
        "{{ signature }}"
    ),
)
