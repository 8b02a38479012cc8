"""The kinds of mail about complaints, their variables and their standard words (Rule E2)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, Shape, Variable

RECEIVED, AGAIN, PASSED_UP, DECIDED = (
    "complaint-received",
    "complaint-again",
    "complaint-passed-up",
    "complaint-decided",
)

COMPLAINT = (
    Variable("person.first_name", gettext_lazy("First name of who complained"), "Rita"),
    Variable("person.name", gettext_lazy("Full name of who complained"), "Rita Marsh"),
    Variable("complaint.reference", gettext_lazy("Number of the complaint"), "ALD-C12"),
    Variable(
        "complaint.link",
        gettext_lazy("Where to read it in the portal"),
        "https://desk.example/alder/portal/complaints/12/",
        shape=Shape.LINK,
    ),
)
PROMISE = Variable(
    "complaint.promise",
    gettext_lazy("By when it is answered"),
    gettext_lazy("Friday 27 November 2026 at 13:30"),
)
STAGE = Variable(
    "complaint.stage", gettext_lazy("Who looks into it"), gettext_lazy("Customer success manager")
)
STEP = (
    Variable("step.before", gettext_lazy("Who had it before"), gettext_lazy("Customer success manager")),
    Variable("step.reason", gettext_lazy("Why it was passed up"), gettext_lazy("A technical matter")),
)
OUTCOME = (
    Variable("complaint.outcome", gettext_lazy("The outcome"), gettext_lazy("Upheld")),
    Variable(
        "complaint.done",
        gettext_lazy("What was found and done"),
        gettext_lazy("We finished the work on Saturday and tried every PC."),
        shape=Shape.BLOCK,
    ),
    Variable(
        "complaint.change",
        gettext_lazy("What changes from now on, under its heading"),
        gettext_lazy("What we change:\nNo work in examination rooms before exams."),
        may_be_empty=True,
        shape=Shape.BLOCK,
    ),
    Variable(
        "complaint.next",
        gettext_lazy("What the school can do if it is not satisfied; empty where it has had the last word"),
        gettext_lazy("If this does not put it right, tell us, and our senior management will look into it."),
        may_be_empty=True,
    ),
    Variable("complaint.decided_by", gettext_lazy("Who decided"), "Lena Ward"),
)


COMPLAINTS = MailFamily(
    group=gettext_lazy("Complaints"),
    variables=COMPLAINT,
    required=frozenset({"complaint.reference", "complaint.link"}),
    order=40,
)


COMPLAINTS.add(
    RECEIVED,
    gettext_lazy("Complaint received"),
    gettext_lazy("Goes out by itself as soon as somebody has complained."),
    subject=gettext_lazy("We have your complaint {{ complaint.reference }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We have your complaint {{ complaint.reference }}. It is with: {{ complaint.stage }}.\n\n"
        "You will have an answer by {{ complaint.promise }}.\n\n"
        "You can follow it here, and take it to our senior management at any time:\n{{ complaint.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[STAGE, PROMISE],
    required=[PROMISE],
)
COMPLAINTS.add(
    AGAIN,
    gettext_lazy("Not satisfied"),
    gettext_lazy("Goes out by itself when a school takes an answer to senior management."),
    subject=gettext_lazy("We have your complaint {{ complaint.reference }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We are sorry that our answer to your complaint {{ complaint.reference }} did not put it right. Our senior"
        " management looks into it now.\n\n"
        "You will have an answer by {{ complaint.promise }}.\n\n"
        "You can follow it here:\n{{ complaint.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[PROMISE],
    required=[PROMISE],
)
COMPLAINTS.add(
    PASSED_UP,
    gettext_lazy("Complaint passed up"),
    gettext_lazy("Goes out by itself with each step of a complaint."),
    subject=gettext_lazy("Your complaint {{ complaint.reference }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "Your complaint {{ complaint.reference }} was passed up. It was with: {{ step.before }}. It is now with:"
        " {{ complaint.stage }}.\n\n"
        "Why: {{ step.reason }}\n\n"
        "You will have an answer by {{ complaint.promise }}.\n\n"
        "You can follow it here:\n{{ complaint.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[STAGE, PROMISE, *STEP],
    required=[STAGE, PROMISE],
)
COMPLAINTS.add(
    DECIDED,
    gettext_lazy("Answer to a complaint"),
    gettext_lazy("Tells the outcome, what was done and what changes."),
    subject=gettext_lazy("Our answer to your complaint {{ complaint.reference }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "We have looked into your complaint {{ complaint.reference }}. Outcome: {{ complaint.outcome }}.\n\n"
        "{{ complaint.done }}\n\n"
        "{{ complaint.change }}\n\n"
        "{{ complaint.next }}\n\n"
        "You find it here:\n{{ complaint.link }}\n\n"
        "{{ complaint.decided_by }}\n{{ signature }}"
    ),
    variables=OUTCOME,
    required=OUTCOME[:2],
)
