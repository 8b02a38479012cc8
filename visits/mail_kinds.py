"""The kinds of mail about visits, their variables and their standard words (rules P2, P3, P4)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, Shape, Variable

BOOKED, ANOTHER_DAY, PLANNED = "visit-booked", "visit-another-day", "visits-planned"
MOVED, RESCHEDULED, REINSTATED = "visit-moved", "visit-rescheduled", "visit-reinstated"
CANCELLED, CANCELLED_BY_SCHOOL = "visit-cancelled", "visit-cancelled-by-school"
IN_LIEU, CALLOUT = "visit-in-lieu", "visit-callout"

SCHOOL = (
    Variable("person.first_name", gettext_lazy("First name of who gets the mail"), "Ian"),
    Variable("person.name", gettext_lazy("Full name of who gets the mail"), "Ian Cole"),
    Variable("school.name", gettext_lazy("The school"), "Oakfield Primary School"),
    Variable(
        "contact.advice",
        gettext_lazy("Whom the school tells if it does not suit: its success manager, else your desk"),
        gettext_lazy(
            "If this does not suit you, please tell your customer success manager, Cass Hill, cass@alder.example."
        ),
    ),
)
WHEN = Variable(
    "visit.when", gettext_lazy("Day and time of the visit"), gettext_lazy("Tue 1 Dec 2026, 08:30 to 10:30")
)
VISIT = (
    WHEN,
    Variable("visit.day", gettext_lazy("Day of the visit"), gettext_lazy("Tue 1 Dec 2026")),
    Variable("visit.engineer", gettext_lazy("Who comes"), "Theo Lane"),
)
BEFORE = Variable(
    "visit.before",
    gettext_lazy("When it was to be until now"),
    gettext_lazy("Mon 30 Nov 2026, 08:30 to 10:30"),
)
REASON = Variable(
    "visit.reason",
    gettext_lazy("Why, as a colleague wrote; may be empty"),
    gettext_lazy("The engineer is away"),
    may_be_empty=True,
)
PROMISE = Variable(
    "visit.promise",
    gettext_lazy("Whether a time to respond is promised for the callout"),
    gettext_lazy("The time in which we respond begins when the engineer arrives."),
)
LISTED = Variable(
    "visits.list",
    gettext_lazy("All visits, one in a line"),
    gettext_lazy("Tue 1 Dec 2026, 08:30 to 10:30, Theo Lane\nTue 15 Dec 2026, 08:30 to 10:30, Theo Lane"),
    shape=Shape.BLOCK,
)
LIST = (
    Variable("visits.first_day", gettext_lazy("Day of the first visit"), gettext_lazy("Tue 1 Dec 2026")),
    LISTED,
)


VISITS = MailFamily(group=gettext_lazy("Visits"), variables=SCHOOL, order=20)


VISITS.add(
    BOOKED,
    gettext_lazy("Visit booked"),
    "",
    subject=gettext_lazy("Your visit: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ visit.engineer }} will visit you on {{ visit.when }}.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=VISIT,
    required=[WHEN],
)
VISITS.add(
    PLANNED,
    gettext_lazy("Visits planned"),
    "",
    subject=gettext_lazy("Your visits from {{ visits.first_day }} on"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "These are our next visits to {{ school.name }}:\n\n"
        "{{ visits.list }}\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=LIST,
    required=[LISTED],
)
VISITS.add(
    MOVED,
    gettext_lazy("Visit moved"),
    "",
    subject=gettext_lazy("Your visit has moved: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We have moved a visit.\n\n"
        "Until now: {{ visit.before }}\n"
        "New: {{ visit.when }}\n\n"
        "{{ visit.engineer }} will come to you.\n"
        "Why: {{ visit.reason }}\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, BEFORE, REASON),
    required=[BEFORE, WHEN],
)
VISITS.add(
    ANOTHER_DAY,
    gettext_lazy("Visit on another day"),
    "",
    subject=gettext_lazy("Your visit on another day: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ visit.engineer }} will visit you on {{ visit.when }}.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, BEFORE, REASON),
    required=[WHEN],
)
VISITS.add(
    RESCHEDULED,
    gettext_lazy("Missed visit on another day"),
    "",
    subject=gettext_lazy("Your visit on another day: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We did not come to you on {{ visit.before }} and are sorry about it. The visit takes place on another day"
        " instead.\n\n"
        "New: {{ visit.when }}\n\n"
        "{{ visit.engineer }} will come to you.\n\n"
        "Why we did not come: {{ visit.reason }}\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, BEFORE, REASON),
    required=[BEFORE, WHEN],
)
VISITS.add(
    CANCELLED,
    gettext_lazy("Visit cancelled by us"),
    "",
    subject=gettext_lazy("Your visit is cancelled: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We have to cancel the visit on {{ visit.when }} and are sorry about it.\n\n"
        "Why: {{ visit.reason }}\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, REASON),
    required=[WHEN],
)
VISITS.add(
    CANCELLED_BY_SCHOOL,
    gettext_lazy("Visit cancelled by the school"),
    "",
    subject=gettext_lazy("Your visit is cancelled: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "As you asked, the visit on {{ visit.when }} does not take place.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, REASON),
    required=[WHEN],
)
VISITS.add(
    REINSTATED,
    gettext_lazy("Visit takes place after all"),
    "",
    subject=gettext_lazy("Your visit takes place: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We wrote to you that the visit on {{ visit.when }} would not take place. That was a mistake:"
        " {{ visit.engineer }} visits you as planned.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=VISIT,
    required=[WHEN],
)
VISITS.add(
    IN_LIEU,
    gettext_lazy("Remote support in place of a visit"),
    "",
    subject=gettext_lazy("Remote support in place of your visit: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "The visit on {{ visit.when }} does not take place, for reasons outside our control.\n"
        "Why: {{ visit.reason }}\n\n"
        "You get remote support of the same length in its place. Please tell us when it suits you.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, REASON),
    required=[WHEN],
)
VISITS.add(
    CALLOUT,
    gettext_lazy("Emergency callout"),
    "",
    subject=gettext_lazy("Emergency callout: {{ visit.day }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ visit.engineer }} comes to you as an emergency callout: {{ visit.when }}.\n\n"
        "{{ visit.promise }}\n\n"
        "We cannot promise that the cause is found and put right in this visit, nor how long another company takes"
        " where it is theirs.\n\n"
        "{{ contact.advice }}\n\n"
        "{{ signature }}"
    ),
    variables=(*VISIT, PROMISE),
    required=[WHEN, PROMISE],
)
