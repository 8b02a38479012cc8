"""Words with variables: what they become in plain text and HTML, and which are refused."""

import re
from contextlib import suppress
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.wording.checking import words_check
from delivery.wording.kinds import MailKind, Shape, Variable, mail_kinds
from delivery.wording.rendering import UnknownVariable, render
from delivery.wording.selectors import source_standard

PROVIDER = {
    "provider.name": "Alder & Co",
    "provider.phone": "01632 960100",
    "provider.email": "help@alder.example",
}
VARIABLES = {
    one.name: one
    for one in (
        Variable("ticket.subject", "", ""),
        Variable("ticket.promise", "", "", may_be_empty=True),
        Variable("ticket.link", "", "", shape=Shape.LINK),
        Variable("message.text", "", "", shape=Shape.BLOCK),
    )
}
VALUES = {
    "ticket.subject": "Printer",
    "ticket.promise": "Monday",
    "ticket.link": "https://desk.example/1/?a=1&b=2",
    "message.text": "First\n\nSecond",
}
KINDS = pytest.mark.parametrize("kind", mail_kinds(), ids=lambda kind: kind.key)


def rendered(body: str, **values: str) -> Any:
    given_values = VALUES | {name.replace("__", "."): value for name, value in values.items()}
    return render(
        "Re: {{ ticket.subject }}", body, signature="-- us", variables=VARIABLES, values=given_values
    )


def examples(kind: MailKind, *, bare: bool) -> dict[str, str]:
    values = {one.name: str(one.example) for one in kind.variables}
    empty = {one.name: "" for one in kind.variables if one.may_be_empty and bare}
    return PROVIDER | ({"provider.phone": ""} if bare else {}) | values | empty


@KINDS
@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.rule("I3", "S5", "I9")
def test_standard_words_say_what_they_must_and_leave_nothing_open(kind: MailKind, bare: bool) -> None:
    words_check(kind=kind, subject=str(kind.subject), body=str(kind.body))
    source, values = source_standard(kind), examples(kind, bare=bare)
    mail = render(
        source.subject, source.body, signature=source.signature, variables=kind.by_name, values=values
    )
    whole = mail.subject + mail.text + mail.html
    assert not re.search(r"[{}\ue000-\ue002]", whole)
    assert "\n\n\n" not in mail.text
    assert "None" not in whole
    for name in kind.required:
        assert values[name] in mail.text
    assert bool(mail.subject) is bool(kind.subject)
    assert mail.html.startswith("<p>")
    seen = unescape(strip_tags(mail.html.replace("<br>", "\n")))
    assert all(word in seen for word in mail.text.split())


@KINDS
def test_what_a_mail_must_say_cannot_be_left_out(kind: MailKind) -> None:
    for name in kind.required:
        body = str(kind.body).replace("{{ " + name + " }}", "it")
        with pytest.raises(ValidationError) as error:
            words_check(kind=kind, subject=str(kind.subject), body=body)
        assert name in str(error.value.message_dict["body"])


@pytest.mark.rule("I3")
def test_what_a_mail_must_say_cannot_stand_on_a_line_that_may_be_left_out() -> None:
    kind = next(kind for kind in mail_kinds() if kind.key == "acknowledgement")
    body = "{{ ticket.reference }}, call {{ provider.phone }}\n{{ ticket.promise }}\n{{ ticket.link }}"
    with pytest.raises(ValidationError, match=r"must say \{\{ ticket.reference"):
        words_check(kind=kind, subject="x", body=body)


def test_one_source_makes_both_parts() -> None:
    mail = rendered(
        "Hello **you**,\nnow _{{ ticket.subject }}_\n\n- one\n- [portal]({{ ticket.link }})\n\n{{ ticket.link }}"
        "\n\n{{ message.text }}\n{{ signature }}"
    )
    assert mail.subject == "Re: Printer"
    assert mail.text == (
        "Hello you,\nnow Printer\n\n- one\n- portal (https://desk.example/1/?a=1&b=2)\n\n"
        "https://desk.example/1/?a=1&b=2\n\nFirst\n\nSecond\n-- us\n"
    )
    link = 'href="https://desk.example/1/?a=1&amp;b=2"'
    assert "<strong>you</strong>,<br>\nnow <em>Printer</em>" in mail.html
    assert mail.html.count(link) == 2
    assert "First<br><br>Second<br>\n-- us" in mail.html


def test_a_line_is_left_out_where_its_variable_is_empty() -> None:
    body = "Hello\n\nBy {{ ticket.promise }}.\n\nBye"
    assert rendered(body).text == "Hello\n\nBy Monday.\n\nBye\n"
    assert rendered(body, ticket__promise=" ").text == "Hello\n\nBye\n"


@pytest.mark.parametrize(
    "source",
    ["{{ ticket }}", "{{ ticket.subject.upper }}", "{{ settings.secret_key }}", "{{ message.__class__ }}"],
)
def test_nothing_but_listed_names_is_looked_up(source: str) -> None:
    with suppress(UnknownVariable):
        assert rendered(source).text.startswith("{{ "), "not even a name"
    kind = next(kind for kind in mail_kinds() if kind.key == "reply")
    with pytest.raises(ValidationError) as error:
        words_check(kind=kind, subject="x", body=f"{kind.body}\n{source}")
    assert set(error.value.message_dict) == {"body"}


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](https://tracker.example/a.png)",
        "[x]({{ ticket.subject }})",
        "<a href='https://x.example' onclick='x()'>x</a>",
    ],
)
def test_words_of_a_provider_run_nothing_and_fetch_nothing(source: str) -> None:
    html = rendered(source, ticket__subject="javascript:alert(1)").html
    assert not re.search(r"<(?!/?(p|br|a|strong|em|ul|ol|li)\b)", html)
    assert not re.search(r'(href|src)="?(javascript|data)|<[^>]*\son\w+=', html, re.IGNORECASE)


HOSTILE = st.text() | st.sampled_from(
    [
        "<b>x</b>",
        "</p><script>",
        '"><img src=x>',
        "{{ ticket.promise }}",
        "**x** [a](https://evil.example)",
        "- x",
        "\ue000ticket.promise\ue002",
        "a\r\nBcc: x@evil.example",
        "\\1 \\g<0>",
    ]
)


@settings(max_examples=60)
@given(subject=HOSTILE, text=HOSTILE)
@pytest.mark.rule("T1")
def test_values_are_words_and_never_mark_up(subject: str, text: str) -> None:
    mail = rendered(
        "About {{ ticket.subject }}\n\n[{{ ticket.subject }}]({{ ticket.link }})\n\n{{ message.text }}",
        ticket__subject=subject,
        message__text=text,
    )
    assert mail.subject.isprintable()
    assert mail.text.startswith(f"About {subject}"[: len(mail.text) - 1].rstrip() or "About")
    assert text.strip() in mail.text
    assert set(re.findall(r"<(/?\w+)", mail.html)) <= {"p", "/p", "a", "/a", "br"}
    assert mail.html.count("<p>") == 3
    hrefs = re.findall(r'href="(https?:|mailto:)', mail.html)
    assert len(hrefs) == mail.html.count("<a ")


@given(source=st.text(alphabet=st.sampled_from("{}% .*[]()-_<>\n\\abc1#!`\ue000\ue001\ue002"), max_size=60))
def test_no_source_breaks_the_reader(source: str) -> None:
    """Whatever a provider writes is either refused for a name or comes out clean."""
    try:
        mail = rendered(source)
    except UnknownVariable:
        return
    assert not re.search(r"[\ue000-\ue002]", mail.text + mail.html)
    assert not re.search(r"<(?!/?(p|br|a|strong|em|ul|ol|li)\b)", mail.html)
