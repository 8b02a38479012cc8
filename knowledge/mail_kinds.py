"""The kinds of mail about service notices, their variables and their standard words (Rule I6)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailFamily, Shape, Variable

NEWS, OVER = "notice-news", "notice-over"

TEXT = Variable(
    "notice.text",
    gettext_lazy("What is new, as a colleague wrote it"),
    gettext_lazy("A switch in the main building is broken. A new one is on its way."),
    shape=Shape.BLOCK,
)
STOP = Variable(
    "notice.stop",
    gettext_lazy("Where to stop these mails with one press"),
    "https://desk.example/alder/news/stop/key/",
    shape=Shape.LINK,
)
NOTICE = (
    Variable("person.first_name", gettext_lazy("First name of who asked to be told"), "Rita"),
    Variable("person.name", gettext_lazy("Full name of who asked to be told"), "Rita Marsh"),
    Variable(
        "notice.title", gettext_lazy("What the notice is about"), gettext_lazy("Wi-Fi at Oakfield is slow")
    ),
    TEXT,
    Variable(
        "notice.link",
        gettext_lazy("Where to read it in the portal"),
        "https://desk.example/alder/portal/notices/12/",
        shape=Shape.LINK,
    ),
    STOP,
)
STANDING = (
    Variable("notice.state", gettext_lazy("Where it stands"), gettext_lazy("Being mended")),
    Variable(
        "notice.times",
        gettext_lazy("From when to when, for planned maintenance; else empty"),
        gettext_lazy("Monday 30 November 2026 at 17:00 to Monday 30 November 2026 at 19:00"),
        may_be_empty=True,
    ),
    Variable(
        "notice.next_news",
        gettext_lazy("By when there is more, where that was promised"),
        gettext_lazy("Next news by Monday 23 November 2026 at 11:00."),
        may_be_empty=True,
    ),
)

NOTICES = MailFamily(
    group=gettext_lazy("Service notices"),
    variables=NOTICE,
    required=frozenset({TEXT.name, STOP.name}),
    order=45,
)

NOTICES.add(
    NEWS,
    gettext_lazy("News of a notice"),
    gettext_lazy("Goes to people of schools who asked to be told, once for each update."),
    subject=gettext_lazy("{{ notice.title }}: {{ notice.state }}"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ notice.title }}: {{ notice.state }}\n\n"
        "{{ notice.text }}\n\n"
        "{{ notice.times }}\n\n"
        "{{ notice.next_news }}\n\n"
        "All that we have told so far:\n{{ notice.link }}\n\n"
        "{{ signature }}\n\n"
        "No more mail about this:\n{{ notice.stop }}"
    ),
    variables=STANDING,
)
NOTICES.add(
    OVER,
    gettext_lazy("A notice is over"),
    gettext_lazy("The last mail to people of schools who asked to be told."),
    subject=gettext_lazy("{{ notice.title }}: over"),
    body=gettext_lazy(
        "Hello {{ person.first_name }},\n\n"
        "{{ notice.title }}: this is over.\n\n"
        "{{ notice.text }}\n\n"
        "If it is not over for you, please tell us:\n{{ notice.link }}\n\n"
        "{{ signature }}\n\n"
        "This is the last mail about it. You may also end it here:\n{{ notice.stop }}"
    ),
)
