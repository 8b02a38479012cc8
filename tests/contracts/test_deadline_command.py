"""`manage.py deadline`: the worked examples of the rules, exactly, and nothing written."""

import io
import json
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, Customer
from accounts.services import customer_create
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Package
from contracts.presets import CONCERO, PISYS
from contracts.services import contract_create, provider_install
from sla.models import BusinessCalendar, CalendarVersion, Closure, ClosureKind

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
TABLE = [
    ("Urgent", "Fri 20 Nov 2026 16:00", "Mon 23 Nov 2026 08:30", "Mon 23 Nov 2026 15:30"),
    ("Urgent", "Fri 20 Nov 2026 15:30", "Fri 20 Nov 2026 16:30", "Mon 23 Nov 2026 15:00"),
    ("Urgent", "Sat 21 Nov 2026 10:00", "Mon 23 Nov 2026 09:00", "Mon 23 Nov 2026 16:00"),
    ("High", "Thu 02 Apr 2026 15:45", "Tue 07 Apr 2026 09:15", "Wed 08 Apr 2026 14:45"),
    ("Urgent", "Fri 27 Mar 2026 16:00", "Mon 30 Mar 2026 08:30", "Mon 30 Mar 2026 15:30"),
    ("Medium", "Fri 23 Oct 2026 15:00", "Mon 26 Oct 2026 10:30", "Fri 30 Oct 2026 12:30"),
    ("Low", "Wed 23 Dec 2026 15:00", "Mon 04 Jan 2027 14:30", "Fri 15 Jan 2027 10:00"),
    ("Medium", "Fri 28 Aug 2026 13:00", "Tue 01 Sep 2026 08:30", "Mon 07 Sep 2026 10:30"),
    ("Low", "Fri 01 May 2026 16:29", "Tue 05 May 2026 15:59", "Mon 18 May 2026 11:29"),
]


@pytest.fixture
def concero() -> int:
    """Concero with the shutdown of the worked examples, and one school under contract."""
    provider = provider_install(CONCERO)
    with open_scope(Scope(provider_id=provider.pk)):
        Closure.objects.create(
            kind=ClosureKind.SHUTDOWN,
            name="Christmas shutdown",
            first_day=date(2026, 12, 24),
            last_day=date(2027, 1, 1),
        )
        school = customer_create(slug="oakfield", name="Oakfield Primary School")
        contract_create(
            customer=school,
            package=Package.objects.get(key="on-demand"),
            calendar=BusinessCalendar.objects.get(is_default=True),
            starts_on=date(2025, 9, 1),
        )
    return provider.pk


def say(monkeypatch: pytest.MonkeyPatch, words: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(words)))


def ask(*options: str) -> str:
    out = io.StringIO()
    call_command("deadline", *options, stdout=out)
    return out.getvalue()


def local(text: str) -> datetime:
    return datetime.strptime(text, "%a %d %b %Y %H:%M").replace(tzinfo=LONDON)


@pytest.mark.rule("S2", "S3", "S4", "S9", "S15")
@pytest.mark.parametrize("customer", [[], ["--customer", "oakfield"]], ids=["desk", "school"])
@pytest.mark.parametrize(("level", "logged", "response", "fix"), TABLE)
def test_worked_examples(
    concero: int, customer: list[str], level: str, logged: str, response: str, fix: str
) -> None:
    at = local(logged).replace(tzinfo=None).isoformat()
    answer = json.loads(ask("--provider", "concero", *customer, "--level", level, "--at", at, "--json"))
    assert answer == {
        "level": level,
        "at": local(logged).isoformat(),
        "response_due": local(response).isoformat(),
        "fix_due": local(fix).isoformat(),
    }


@pytest.mark.rule("S2", "S4")
def test_batch_answers_line_by_line_in_order(concero: int, tmp_path: Any) -> None:
    lines = [
        json.dumps({"provider": "concero", "level": level, "at": local(logged).isoformat()})
        for level, logged, _response, _fix in TABLE
    ]
    file = tmp_path / "questions"
    file.write_text("\n".join([*lines, ""]))
    answers = [json.loads(line) for line in ask("--batch", str(file)).splitlines()]
    assert [(one["response_due"], one["fix_due"]) for one in answers] == [
        (local(response).isoformat(), local(fix).isoformat()) for _level, _logged, response, fix in TABLE
    ]


def test_batch_reads_standard_input_and_takes_defaults_from_the_options(
    concero: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, b'{"at": "2026-11-20T16:00"}\n\n{"at": "2026-11-20T15:30Z"}\n')
    answers = ask("--batch", "-", "--provider", "concero", "--level", "urgent").splitlines()
    assert [json.loads(line)["response_due"] for line in answers] == [
        "2026-11-23T08:30:00+00:00",
        "2026-11-20T16:30:00+00:00",
    ]


def test_a_bad_line_of_a_batch_answers_an_error_and_the_rest_go_on(
    concero: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"provider": "concero", "level": "Low", "at": "2026-05-01T16:29"}
    lines = [
        b"nonsense",
        b"[1]",
        b'{"level": "\xff"}',
        b"[" * 100_000,
        json.dumps({**good, "level": "Dire"}).encode(),
        json.dumps({**good, "at": 7}).encode(),
        json.dumps(good).encode(),
    ]
    say(monkeypatch, b"\n".join(lines))
    out = io.StringIO()
    with pytest.raises(CommandError, match="6 of the lines"):
        call_command("deadline", "--batch", "-", stdout=out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer.get("line") for answer in answers] == [1, 2, 3, 4, 5, 6, None]
    assert "Urgent, High, Medium, Low" in answers[4]["error"]
    assert answers[6]["fix_due"] == "2026-05-18T11:29:00+01:00"


@pytest.mark.rule("S3", "S15")
def test_explain_names_the_closures_and_the_intervals_sum_up(concero: int) -> None:
    options = ("--provider", "concero", "--level", "Low", "--at", "2026-12-23T15:00")
    answer = json.loads(ask(*options, "--json", "--explain"))
    assert sum(row["minutes"] for row in answer["intervals"]) == 80 * 60
    assert answer["intervals"][0] == {
        "from": "2026-12-23T15:00:00+00:00",
        "to": "2026-12-23T16:30:00+00:00",
        "minutes": 90,
        "total_minutes": 90,
    }
    assert {
        "name": "Christmas shutdown",
        "layer": "Closures of the provider",
        "from": "2026-12-24T00:00:00",
        "to": "2027-01-02T00:00:00",
    } in answer["closures"]
    words = ask(*options, "--explain")
    assert "reply by  Mon 04 Jan 2027 14:30" in words
    assert "Christmas shutdown" in words


@pytest.mark.rule("S15")
@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("2026-03-29T01:30", "2026-03-29T02:00:00+01:00"),
        ("2026-10-25T01:30", "2026-10-25T01:30:00+01:00"),
        ("2026-10-25T01:30+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-07-01T12:00Z", "2026-07-01T13:00:00+01:00"),
    ],
)
def test_local_times_that_occur_twice_or_never(concero: int, asked: str, understood: str) -> None:
    answer = json.loads(ask("--provider", "concero", "--level", "High", "--at", asked, "--json"))
    assert answer["at"] == understood


@pytest.mark.rule("S3")
def test_a_closure_of_the_school_moves_its_own_deadline_only(concero: int) -> None:
    with open_scope(Scope(provider_id=concero)):
        Closure.objects.create(
            customer=Customer.objects.get(slug="oakfield"),
            name="Inset day",
            first_day=date(2026, 11, 23),
            last_day=date(2026, 11, 23),
            from_time=time(8),
            to_time=time(12),
        )
    options = ("--provider", "concero", "--level", "Urgent", "--at", "2026-11-20T16:00", "--json")
    assert json.loads(ask(*options))["response_due"] == "2026-11-23T08:30:00+00:00"
    answer = json.loads(ask(*options, "--customer", "oakfield"))
    assert answer["response_due"] == "2026-11-23T12:30:00+00:00"


@pytest.mark.rule("S1", "Y8")
def test_a_desk_that_never_closes_answers_round_the_clock() -> None:
    provider_install(PISYS)
    answer = json.loads(ask("--provider", "pisys", "--level", "P1", "--at", "2026-12-25T03:00", "--json"))
    assert answer["response_due"] == "2026-12-25T03:15:00+00:00"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--provider": "nobody"}, "no provider 'nobody'. There is: alder, birch, concero"),
        ({"--level": "Dire"}, "no level 'Dire'. There is: Urgent, High, Medium, Low"),
        ({"--customer": "elm"}, "no customer 'elm'. There is: oakfield"),
        ({"--at": "tomorrow"}, "not a date and time"),
        ({"--at": "2026-11-20"}, "not a date and time"),
        ({"--at": ""}, "Say which at"),
        ({"--at": "0001-01-01T00:00"}, "not between the years 1971 and 2198"),
        ({"--at": "9999-12-31T23:59+00:00"}, "not between the years 1971 and 2198"),
        ({"--batch": "/nowhere/at/all.jsonl"}, "Cannot read /nowhere/at/all.jsonl: No such file"),
        ({"--batch": "."}, "Cannot read .: Is a directory"),
    ],
)
def test_what_there_is_not_is_a_clear_error(concero: int, change: dict[str, str], words: str) -> None:
    options = {"--provider": "concero", "--level": "High", "--at": "2026-11-20T16:00", **change}
    with pytest.raises(CommandError, match=words):
        ask(*(part for pair in options.items() for part in pair))


def test_it_writes_nothing(concero: int) -> None:
    with open_scope(Scope(provider_id=concero)):
        audited = AuditEntry.objects.count()
    ask("--provider", "concero", "--customer", "oakfield", "--level", "High", "--at", "2026-11-20T16:00")
    with open_scope(Scope(provider_id=concero)):
        assert not CalendarVersion.objects.exists()
        assert AuditEntry.objects.count() == audited
