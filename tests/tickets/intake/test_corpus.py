"""Every shape of mail ends exactly once, without an exception, with its bytes kept."""

import hashlib
from collections import Counter

import pytest

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.corpus import library_messages, shapes
from tests.tickets.intake.machines import machine_mail
from tickets.intake.parsing import Unparsable, mail_parse
from tickets.intake.quoting import fold
from tickets.models import InboundMail, InboundState, Message, Ticket


@pytest.mark.rule("I1", "I2")
def test_each_shape_ends_as_it_must_and_the_ledger_balances(cast: Cast, take: Take) -> None:
    corpus = shapes()
    outcomes = dict(zip(corpus, take(*(raw for raw, _ in corpus.values())), strict=True))
    assert {name: one.outcome for name, one in outcomes.items()} == {
        name: end for name, (_, end) in corpus.items()
    }
    with open_scope(cast.staff_scope()):
        rows = list(InboundMail.objects.all())
        assert {row.sha256 for row in rows} == {hashlib.sha256(raw).hexdigest() for raw, _ in corpus.values()}
        for row in rows:
            assert hashlib.sha256(bytes(row.raw)).hexdigest() == row.sha256
            assert (row.wake_at, row.last_failure.startswith("builtins")) == (None, False), row.last_failure
        ends = Counter(row.state for row in rows)
        assert sum(ends.values()) == len(corpus)
        assert ends[InboundState.TICKET] == Ticket.objects.count()
        assert Message.objects.filter(inbound__isnull=False).count() == Ticket.objects.count()


@pytest.mark.rule("I2", "I3", "T5")
def test_mail_of_machines_is_listed_with_its_reason_and_answered_by_nothing(cast: Cast, take: Take) -> None:
    corpus = dict(machine_mail())
    outcomes = dict(zip(corpus, take(*corpus.values()), strict=True))
    assert [name for name, one in outcomes.items() if one.outcome != "ignored" or not one.reason] == []
    with open_scope(cast.staff_scope()):
        assert InboundMail.objects.filter(state=InboundState.IGNORED).exclude(reason="").count() == len(
            corpus
        )
        assert not OutboundMail.objects.exists()
        assert not Ticket.objects.exists()


@pytest.mark.rule("I1", "I2")
def test_the_librarys_own_messages_end_once_too(cast: Cast, take: Take) -> None:
    """None of Python's own test messages, where they are installed, is from anybody we know."""
    outcomes = take(*(raw for _, raw in library_messages()))
    assert {one.outcome for one in outcomes} <= {"quarantined", "ignored", "duplicate"}
    with open_scope(cast.staff_scope()):
        assert not InboundMail.objects.filter(state=InboundState.STORED).exists()


@pytest.mark.rule("I1")
def test_words_arrive_whatever_the_charset() -> None:
    corpus = shapes()
    expected = {
        "latin-1": "Café £",
        "utf-16": "wide",
        "iso-2022-jp": "日本",
        "gb2312": "中文",
        "koi8-r": "привет",
        "utf-7": "Käse",
        "unknown charset": "hello £",
        "wrong charset": "hello £",
        "html only": "Hello\nthere",
        "NUL bytes": "cd",
        "multipart without boundary": "hello",
        "multipart cut off": "hel",
    }
    assert {name: mail_parse(corpus[name][0]).text.strip() for name in expected} == expected
    assert mail_parse(corpus["raw bytes in the subject"][0]).subject == "Prüfung £"


@pytest.mark.rule("I1")
def test_files_inline_pictures_and_forwarded_mail_come_along() -> None:
    parsed = mail_parse(shapes()["files and inline picture"][0])
    assert parsed.text == "See the files"
    files = [(one.name, one.content_type, one.content_id) for one in parsed.attachments]
    assert files == [
        ("image.png", "image/png", "pic@x"),
        ("räume.csv", "text/csv", ""),
        ("Forwarded.eml", "message/rfc822", ""),
    ]


@pytest.mark.parametrize(("name", "raw"), list(library_messages()))
def test_parsing_raises_nothing_but_unparsable(name: str, raw: bytes) -> None:
    try:
        parsed = mail_parse(raw)
    except Unparsable:
        return
    folded = fold(parsed.text)
    lines = sorted(line for line in parsed.text.split("\n") if line.strip())
    assert lines == sorted(line for line in f"{folded.new}\n{folded.quoted}".split("\n") if line.strip())
