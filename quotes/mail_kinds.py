"""The kinds of mail about quotes, their variables and their standard words."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailKind, Shape, Variable, mail_kind_add

SENT, WITHDRAWN = "quote-sent", "quote-withdrawn"

GROUP, ORDER = gettext_lazy("Quotes"), 30

QUOTE = (
    Variable("person.first_name", gettext_lazy("First name of who decides at the school"), "Rob"),
    Variable("person.name", gettext_lazy("Full name of who decides at the school"), "Rob Ellis"),
    Variable("quote.reference", gettext_lazy("Number of the quote"), "ALD-Q12"),
    Variable("quote.subject", gettext_lazy("Its subject"), gettext_lazy("New projector for room 7")),
    Variable("quote.school", gettext_lazy("The school"), "Oakfield Primary School"),
)

mail_kind_add(
    MailKind(
        key=SENT,
        group=GROUP,
        name=gettext_lazy("Quote"),
        description=gettext_lazy("Brings a quote to those at the school who may accept it."),
        variables=(
            *QUOTE,
            Variable(
                "quote.words",
                gettext_lazy("What a colleague wrote above the lines"),
                gettext_lazy("As we discussed on the telephone."),
                may_be_empty=True,
                shape=Shape.BLOCK,
            ),
            Variable(
                "quote.lines",
                gettext_lazy("What is offered, one in a line"),
                "- Projector: 1 x £600.00 = £600.00\n- Mount: 1 x £50.00 = £50.00",
                shape=Shape.BLOCK,
            ),
            Variable(
                "quote.totals",
                gettext_lazy("The sum without and with VAT"),
                gettext_lazy("Without VAT £650.00, VAT (20%) £130.00, together £780.00."),
            ),
            Variable(
                "quote.valid_until",
                gettext_lazy("Until when it can be accepted"),
                gettext_lazy("Friday 18 December 2026"),
            ),
            Variable(
                "quote.link",
                gettext_lazy("Where to accept or decline it"),
                "https://desk.example/alder/portal/quotes/12/",
                shape=Shape.LINK,
            ),
            Variable(
                "sender.contact",
                gettext_lazy("Name and address of who sends it"),
                "Cass Hill, cass@alder.example",
            ),
        ),
        subject=gettext_lazy("Quote {{ quote.reference }}: {{ quote.subject }}"),
        body=gettext_lazy(
            "Hello {{ person.first_name }},\n\n"
            "Here is our quote {{ quote.reference }} for {{ quote.school }}: {{ quote.subject }}.\n\n"
            "{{ quote.words }}\n\n"
            "{{ quote.lines }}\n\n"
            "{{ quote.totals }}\n\n"
            "You can accept or decline it here until {{ quote.valid_until }}. Nothing is ordered before you accept.\n"
            "{{ quote.link }}\n\n"
            "{{ sender.contact }}\n{{ signature }}"
        ),
        required=frozenset(
            {"quote.reference", "quote.lines", "quote.totals", "quote.valid_until", "quote.link"}
        ),
        order=ORDER,
    )
)
mail_kind_add(
    MailKind(
        key=WITHDRAWN,
        group=GROUP,
        name=gettext_lazy("Quote withdrawn"),
        description=gettext_lazy("Says that a quote can no longer be accepted."),
        variables=(
            *QUOTE,
            Variable("quote.reason", gettext_lazy("Why"), gettext_lazy("The lamps are sold out")),
            Variable(
                "quote.follows",
                gettext_lazy("That a new quote comes; empty where none does"),
                gettext_lazy("You will get a new quote in its place."),
                may_be_empty=True,
            ),
        ),
        subject=gettext_lazy("Quote {{ quote.reference }} was withdrawn: {{ quote.subject }}"),
        body=gettext_lazy(
            "Hello {{ person.first_name }},\n\n"
            "We have withdrawn our quote {{ quote.reference }} for {{ quote.school }}: {{ quote.subject }}. It can no"
            " longer be accepted.\n\n"
            "The reason: {{ quote.reason }}\n\n"
            "{{ quote.follows }}\n\n"
            "{{ signature }}"
        ),
        required=frozenset({"quote.reference", "quote.reason"}),
        order=ORDER,
    )
)
