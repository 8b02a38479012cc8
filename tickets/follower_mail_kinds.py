"""The kinds of mail to those who follow a request, and of requests that are dealt with together (rules I1, I6)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import Variable
from tickets.mail_kinds import MESSAGE, REQUESTS, SUBJECT

WATCHING, NEWS, MERGED = "watching", "watched-news", "merged"

STOP = Variable(
    "watch.stop",
    gettext_lazy("How to stop following; empty for who asked for it"),
    gettext_lazy(
        "You get this because you follow the request. Stop following it:"
        " https://desk.example/alder/follow/1042.7.Qm9iZ2V0c2hlcmU0/"
    ),
    may_be_empty=True,
)
NEWS_STATE = Variable(
    "news.state",
    gettext_lazy("That it is fixed or closed; empty while work goes on"),
    gettext_lazy("We have marked it as fixed. If it is not, answer this e-mail."),
    may_be_empty=True,
)
MERGE = (
    Variable(
        "merge.reference", gettext_lazy("Number of the request that is dealt with in the other"), "ALD-1057"
    ),
    Variable(
        "merge.subject",
        gettext_lazy("Subject of the request that is dealt with in the other"),
        gettext_lazy("No picture in room 7"),
    ),
)
ADDED_BY = Variable("watch.by", gettext_lazy("Who lets this person follow the request"), "Rita Marsh")

REQUESTS.add(
    WATCHING,
    gettext_lazy("You follow a request"),
    gettext_lazy("Goes out when somebody lets a colleague at the school follow a request."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        '{{ watch.by }} lets you follow the request "{{ ticket.subject }}" ({{ ticket.reference }}) of'
        " {{ ticket.school }}. You get our answers by mail, and can add to it by answering this e-mail or"
        " here:\n{{ ticket.link }}\n\n"
        "{{ person.first_sign_in }}\n\n"
        "{{ signature }}\n\n"
        "{{ watch.stop }}"
    ),
    variables=[ADDED_BY, STOP],
    required=[STOP],
)
REQUESTS.add(
    NEWS,
    gettext_lazy("News for who follows a request"),
    gettext_lazy(
        "What stands around the words of whoever wrote last, for those who follow the request, and for who asked for it"
        " when a colleague at the school has written."
    ),
    subject=SUBJECT,
    body=gettext_lazy(
        "{{ message.author }} wrote:\n\n"
        "{{ message.text }}\n\n"
        "{{ message.files }}\n\n"
        "{{ news.state }}\n\n"
        "{{ signature }}\n\n"
        "Request {{ ticket.reference }}. Answer this e-mail to add to it, or read all of it here:\n"
        "{{ ticket.link }}\n\n"
        "{{ watch.stop }}"
    ),
    variables=[*MESSAGE, NEWS_STATE, STOP],
    required=[MESSAGE[0], STOP],
)
REQUESTS.add(
    MERGED,
    gettext_lazy("Dealt with in another request"),
    gettext_lazy("Goes out when a request is merged into another of the school, to whoever asked for it."),
    subject=SUBJECT,
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        'Your request "{{ merge.subject }}" ({{ merge.reference }}) is about the same as {{ ticket.reference }}.'
        " We deal with both together there, and nothing that you wrote is lost. Our answers come to you.\n\n"
        "Answer this e-mail to add to it, or read all of it here:\n{{ ticket.link }}\n\n"
        "{{ signature }}\n\n"
        "{{ watch.stop }}"
    ),
    variables=[*MERGE, STOP],
    required=MERGE,
)
