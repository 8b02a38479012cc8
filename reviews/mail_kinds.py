"""The mail about the outcome of a review, its variables and its standard words (Rule S12)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, Shape, Variable

OUTCOME = "review-outcome"

REVIEW = (
    Variable("person.first_name", gettext_lazy("First name of whom it is for"), "Ian"),
    Variable("person.name", gettext_lazy("Full name of whom it is for"), "Ian Moss"),
    Variable("review.school", gettext_lazy("Name of the school"), "Oakfield"),
    Variable(
        "review.about",
        gettext_lazy("What was looked at"),
        gettext_lazy('your request ALD-1042, "Slow sign-in", which has been open longer than is usual'),
    ),
    Variable("review.outcome", gettext_lazy("The outcome"), gettext_lazy("Upgrade recommended")),
    Variable(
        "review.words",
        gettext_lazy("What was written to the school"),
        gettext_lazy("The server is seven years old. We recommend to replace it in the summer."),
        shape=Shape.BLOCK,
    ),
    Variable("review.by", gettext_lazy("Who looked into it"), "Cass Boone"),
)

REVIEWS = MailFamily(
    group=gettext_lazy("Reviews"),
    variables=REVIEW,
    required=frozenset({"review.outcome", "review.words"}),
    order=42,
)

REVIEWS.add(
    OUTCOME,
    gettext_lazy("Outcome of a review"),
    gettext_lazy(
        "Tells the school's IT lead, or else its relationship owner, what came of a review. It goes out when somebody"
        " records the outcome with words to the school."
    ),
    subject=gettext_lazy("What we have looked into for {{ review.school }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We have looked into {{ review.about }}.\n\n"
        "Outcome: {{ review.outcome }}\n\n"
        "{{ review.words }}\n\n"
        "If you have a question about it, answer this e-mail.\n\n"
        "{{ review.by }}\n{{ signature }}"
    ),
)
