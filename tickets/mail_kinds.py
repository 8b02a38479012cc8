"""The kinds of mail about requests, their variables and their standard words (Rules I3, I9, S5)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, MailKind, Shape, Variable, mail_kind_add
from tickets.mail_values import TICKET_EXAMPLES

ACKNOWLEDGEMENT, NO_DESK_ACCESS, REFUSAL = "acknowledgement", "no-desk-access", "refused-sender"
REPLY, FIXED, CLOSED = "reply", "fixed", "closed"
ESCALATED, HANDED_BACK = "escalated", "handed-back"
APPROVAL_ASKED, APPROVED, DECLINED = "approval-asked", "request-approved", "request-declined"

SUBJECT = "{{ ticket.subject }}"

TICKET = (
    Variable("person.first_name", gettext_lazy("First name of who gets the mail"), "Rita"),
    Variable("person.name", gettext_lazy("Full name of who gets the mail"), "Rita Marsh"),
    Variable("ticket.reference", gettext_lazy("Number of the request"), "ALD-1042"),
    Variable(
        "ticket.subject", gettext_lazy("Subject of the request"), gettext_lazy("Projector in room 7 is dark")
    ),
    Variable("ticket.school", gettext_lazy("The school"), "Oakfield Primary School"),
    Variable("ticket.level", gettext_lazy("Its service level"), gettext_lazy("Medium")),
    Variable(
        "ticket.link",
        gettext_lazy("Where to read the request in the portal"),
        "https://desk.example/alder/portal/requests/1042/",
        shape=Shape.LINK,
    ),
    Variable(
        "person.first_sign_in",
        gettext_lazy("How somebody who has never signed in sets a password; empty for everybody else"),
        gettext_lazy(
            "You have not signed in before. Set a password by mail at https://desk.example/account/password/reset/"
        ),
        may_be_empty=True,
    ),
)
PROMISE = Variable(
    "ticket.promise",
    gettext_lazy("When a person will reply, as promised; empty where no contract promises it"),
    gettext_lazy("Monday 23 November 2026 at 08:30"),
    may_be_empty=True,
)
MESSAGE = (
    Variable(
        "message.text",
        gettext_lazy("What your colleague wrote"),
        gettext_lazy("The lamp is worn out. A new one comes on Thursday.\n\nPlease use room 8 until then."),
        shape=Shape.BLOCK,
    ),
    Variable("message.author", gettext_lazy("The name of who wrote it"), "Tess Lowe", may_be_empty=True),
    Variable(
        "message.files",
        gettext_lazy("Which files belong to it"),
        gettext_lazy("Files that belong to this, to be opened on the page below:\n- lamp.pdf"),
        may_be_empty=True,
        shape=Shape.BLOCK,
    ),
)

VISIT = (
    Variable("contract.package", gettext_lazy("Name of the support package"), "Scheduled Support"),
    Variable(
        "visit.next",
        gettext_lazy("When an engineer comes next, or who sees to it that one does"),
        gettext_lazy("Our engineer is next with you on Tuesday 1 December 2026 at 08:30."),
    ),
    Variable(
        "callout.advice",
        gettext_lazy("How to ask for an emergency callout; empty where the package has none"),
        gettext_lazy(
            "If this is a major failure, such as no internet for the whole school or a server that is down,"
            " you can ask for an emergency callout: please call us on 01632 960100."
        ),
        may_be_empty=True,
    ),
)
ESCALATION = (
    Variable("escalation.stage", gettext_lazy("Who has the request now"), gettext_lazy("Second level")),
    Variable(
        "escalation.reason",
        gettext_lazy("Why it was passed up or back"),
        gettext_lazy("We need a specialist"),
    ),
    Variable(
        "manager.advice",
        gettext_lazy("The school’s customer success manager, if it has one, and senior management"),
        gettext_lazy(
            "Your customer success manager is Cass Hill, 01632 960101 cass@alder.example."
            " You can also ask for our senior management at any time."
        ),
        may_be_empty=True,
    ),
)
ANSWERS = Variable(
    "request.answers",
    gettext_lazy("What was answered in a form of the portal"),
    gettext_lazy("Name: Nora Lane\nFirst day: Monday 7 December 2026"),
    may_be_empty=True,
    shape=Shape.BLOCK,
)
WAITS_FOR = Variable(
    "approval.waits_for",
    gettext_lazy("Who of the school must approve the request first; empty where nobody must"),
    gettext_lazy("Rob Lane"),
    may_be_empty=True,
)
QUESTION = (
    Variable(
        "approval.question",
        gettext_lazy("Who asks for an approval, and whether for the second time"),
        gettext_lazy("Rita Marsh of Oakfield Primary School asks for something that needs your approval:"),
    ),
    Variable(
        "approval.link",
        gettext_lazy("Where to approve or decline, after signing in"),
        "https://desk.example/alder/portal/requests/1042/approval/",
        shape=Shape.LINK,
    ),
)
DECISION = (
    Variable("approval.by", gettext_lazy("Who of the school has decided"), "Rob Lane"),
    Variable(
        "approval.note",
        gettext_lazy("What they said about it"),
        gettext_lazy("Not in this year's budget."),
        may_be_empty=True,
    ),
)
REFUSED = Variable(
    "refusal.reason",
    gettext_lazy("Why no request could be opened, and what to do"),
    gettext_lazy(
        "It came from a personal e-mail address. To protect your school we only take requests from the school’s own"
        " addresses. Please send it again from your school address."
    ),
)


REQUESTS = MailFamily(
    group=gettext_lazy("Requests"),
    variables=TICKET,
    required=frozenset({"ticket.reference", "ticket.link"}),
    tag="[ALD-1042]",
    examples=TICKET_EXAMPLES,
    order=10,
)
APPROVALS = replace(REQUESTS, required=frozenset({"ticket.reference", "approval.link"}))


REQUESTS.add(
    ACKNOWLEDGEMENT,
    gettext_lazy("Acknowledgement"),
    gettext_lazy("Goes out by itself as soon as a school has asked for something. It is no first response."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'Thank you. We have your request "{{ ticket.subject }}". Its number is {{ ticket.reference }}.\n\n'
        "It waits for approval by {{ approval.waits_for }}. We begin, and tell you by when, as soon as it is"
        " approved.\n\n"
        "{{ request.answers }}\n\n"
        "It has the service level {{ ticket.level }}: a person will reply by {{ ticket.promise }}.\n\n"
        "You can follow it, add to it and see its progress here:\n{{ ticket.link }}\n\n"
        "{{ person.first_sign_in }}\n\n"
        "To add something, simply answer this e-mail.\n\n"
        "{{ signature }}"
    ),
    variables=[PROMISE, ANSWERS, WAITS_FOR],
    required=[PROMISE, WAITS_FOR],
)
REQUESTS.add(
    NO_DESK_ACCESS,
    gettext_lazy("Kept for the next visit"),
    gettext_lazy("The acknowledgement for schools whose package does not include the desk."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'Thank you. We have kept your request "{{ ticket.subject }}" for our technician\'s next visit to your school.'
        " Its number is {{ ticket.reference }}.\n\n"
        "It waits for approval by {{ approval.waits_for }} first.\n\n"
        "{{ request.answers }}\n\n"
        "Your support package is {{ contract.package }}: requests are dealt with by the technician on site, and the"
        " telephone, e-mail and portal desk is not part of it.\n\n"
        "{{ visit.next }}\n\n"
        "{{ callout.advice }}\n\n"
        "You can see your request here:\n{{ ticket.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[*VISIT, ANSWERS, WAITS_FOR],
    required=[*VISIT[1:], WAITS_FOR],
)
REQUESTS.add(
    REPLY,
    gettext_lazy("Reply"),
    gettext_lazy("What stands around the words of a colleague who answers a school."),
    subject=SUBJECT,
    body=gettext_lazy(
        "{{ message.text }}\n\n"
        "{{ message.files }}\n\n"
        "{{ message.author }}\n{{ signature }}\n\n"
        "Request {{ ticket.reference }}. Answer this e-mail to add to it, or follow it here:\n{{ ticket.link }}"
    ),
    variables=MESSAGE,
    required=MESSAGE[:1],
)
REQUESTS.add(
    FIXED,
    gettext_lazy("Fixed"),
    gettext_lazy("What stands around the words with which a colleague says that it is fixed."),
    subject=SUBJECT,
    body=gettext_lazy(
        "{{ message.text }}\n\n"
        "{{ message.files }}\n\n"
        "{{ message.author }}\n{{ signature }}\n\n"
        "We have marked request {{ ticket.reference }} as fixed. If it is not, simply answer this e-mail, or tell us"
        " here:\n{{ ticket.link }}"
    ),
    variables=MESSAGE,
    required=MESSAGE[:1],
)
REQUESTS.add(
    CLOSED,
    gettext_lazy("Closed without a fix"),
    gettext_lazy(
        "What stands around a colleague’s explanation why it could not be resolved, and what to do next."
    ),
    subject=SUBJECT,
    body=gettext_lazy(
        "{{ message.text }}\n\n"
        "{{ message.files }}\n\n"
        "{{ message.author }}\n{{ signature }}\n\n"
        "We have closed request {{ ticket.reference }}. If you have a question about it, simply answer this e-mail, or"
        " write to us here:\n{{ ticket.link }}"
    ),
    variables=MESSAGE,
    required=MESSAGE[:1],
)
REQUESTS.add(
    ESCALATED,
    gettext_lazy("Passed up"),
    gettext_lazy("Goes out by itself when a request is passed up to somebody else."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'Your request {{ ticket.reference }}, "{{ ticket.subject }}", has been passed up to:'
        " {{ escalation.stage }}.\n\n"
        "Why: {{ escalation.reason }}.\n\n"
        "{{ manager.advice }}\n\n"
        "You can follow it here:\n{{ ticket.link }}\n\n"
        "{{ signature }}"
    ),
    variables=ESCALATION,
    required=ESCALATION[:2],
)
REQUESTS.add(
    HANDED_BACK,
    gettext_lazy("Handed back"),
    gettext_lazy("Goes out by itself when a request that was passed up is handed back to the desk."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'Your request {{ ticket.reference }}, "{{ ticket.subject }}", goes on with:'
        " {{ escalation.stage }}.\n\n"
        "Why: {{ escalation.reason }}.\n\n"
        "{{ manager.advice }}\n\n"
        "You can follow it here:\n{{ ticket.link }}\n\n"
        "{{ signature }}"
    ),
    variables=ESCALATION,
    required=ESCALATION[:2],
)
APPROVALS.add(
    APPROVAL_ASKED,
    gettext_lazy("Please approve"),
    gettext_lazy(
        "Asks a named contact of the school to approve a colleague's request, and reminds them once."
    ),
    subject=gettext_lazy("Please approve: {{ ticket.subject }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ approval.question }}\n\n"
        "{{ ticket.subject }} ({{ ticket.reference }})\n\n"
        "{{ request.answers }}\n\n"
        "We begin when you have approved it. Sign in to approve or decline it here:\n{{ approval.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[*QUESTION, ANSWERS],
    required=QUESTION,
)
REQUESTS.add(
    APPROVED,
    gettext_lazy("Approved by the school"),
    gettext_lazy("Goes out by itself when a named contact has approved a request."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        '{{ approval.by }} has approved your request "{{ ticket.subject }}" ({{ ticket.reference }}).\n\n'
        "{{ approval.note }}\n\n"
        "We work on it from now. It has the service level {{ ticket.level }}: a person will reply by"
        " {{ ticket.promise }}.\n\n"
        "You can follow it, add to it and see its progress here:\n{{ ticket.link }}\n\n"
        "{{ signature }}"
    ),
    variables=[*DECISION, PROMISE],
    required=[PROMISE],
)
REQUESTS.add(
    DECLINED,
    gettext_lazy("Declined by the school"),
    gettext_lazy("Goes out by itself when a named contact has declined a request."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        '{{ approval.by }} has declined your request "{{ ticket.subject }}" ({{ ticket.reference }}), so we do nothing'
        " about it:\n\n"
        "{{ approval.note }}\n\n"
        "If something has changed, speak to {{ approval.by }} and make a new request. You can read this one here:\n"
        "{{ ticket.link }}\n\n"
        "{{ signature }}"
    ),
    variables=DECISION,
    required=DECISION,
)
mail_kind_add(
    MailKind(
        key=REFUSAL,
        group=REQUESTS.group,
        name=gettext_lazy("Explanation to a refused sender"),
        description=gettext_lazy(
            "Goes out by itself, once a week at most, to somebody whose mail did not become a request."
        ),
        variables=[REFUSED],
        subject=gettext_lazy("About your message to {{ provider.name }}"),
        body=gettext_lazy(
            "Hello,\n\n"
            "Thank you for your message to {{ provider.name }}. We could not open a request from it by ourselves:\n\n"
            "{{ refusal.reason }}\n\n"
            "A person will also look at your message.\n"
            "If it is urgent, please call us on {{ provider.phone }}.\n\n"
            "{{ signature }}"
        ),
        required=frozenset({"refusal.reason"}),
        order=REQUESTS.order,
    )
)
