"""`manage.py deadline`: when a request would be answered and fixed by, and why. It never writes."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from contracts.promises import Promise, PromiseBook, UnknownAnswer
from sla.working_time import Counted, Gap, TraceRow

FIELDS = ("provider", "customer", "level", "at")
SHOWN = "%a %d %b %Y %H:%M"


class Command(BaseCommand):
    """One question from the options, or many from a file of JSON lines."""

    help = "Says when a request logged at some time would be answered and fixed by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", metavar="SLUG", help="short name of the provider")
        parser.add_argument(
            "--customer", metavar="SLUG", help="short name of the customer; else the desk's own terms"
        )
        parser.add_argument("--level", metavar="LEVEL", help="service level, e.g. High")
        parser.add_argument(
            "--at", metavar="ISO", help="when it is logged; without an offset, the desk's local time"
        )
        parser.add_argument("--explain", action="store_true", help="also what counted, what did not, and why")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--batch", metavar="FILE|-", help="JSON lines with provider, customer, level, at")

    def handle(self, *args: Any, **options: Any) -> None:
        books: dict[str, PromiseBook] = {}
        defaults = {name: options[name] for name in FIELDS if options[name]}
        if options["batch"]:
            self._batch(options["batch"], defaults, books, explain=options["explain"])
            return
        try:
            promise = _answer(defaults, books)
        except UnknownAnswer as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(promise, explain=options["explain"])))
        else:
            self.stdout.write("\n".join(_as_text(promise, explain=options["explain"])))

    def _batch(
        self, name: str, defaults: dict[str, str], books: dict[str, PromiseBook], *, explain: bool
    ) -> None:
        failed = 0
        with _lines(name) as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    answer = as_json(_answer({**defaults, **_question(line)}, books), explain=explain)
                except UnknownAnswer as error:
                    failed += 1
                    answer = {"error": str(error), "line": number}
                self.stdout.write(json.dumps(answer))
                self.stdout.flush()
        if failed:
            raise CommandError(f"{failed} of the lines could not be answered.")


@contextmanager
def _lines(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise CommandError(f"Cannot read {name}: {error.strerror}.") from error
        yield file


def _question(line: bytes) -> dict[str, str]:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:  # also bytes that are no UTF-8, and brackets without end
        raise UnknownAnswer("The line is not JSON.") from error
    if not isinstance(question, dict):
        raise UnknownAnswer("The line is not a JSON object.")
    for name in FIELDS:
        if not isinstance(question.get(name, ""), str | None):
            raise UnknownAnswer(f"'{name}' is not text.")
    return {name: question[name] for name in FIELDS if question.get(name)}


def _answer(question: dict[str, str], books: dict[str, PromiseBook]) -> Promise:
    if missing := [name for name in ("provider", "level", "at") if name not in question]:
        raise UnknownAnswer(f"Say which {' and '.join(missing)}: --{' … --'.join(missing)} ….")
    slug = question["provider"]
    if slug not in books:
        books[slug] = PromiseBook.of(slug)
    return books[slug].promise(
        level=question["level"], at=question["at"], customer=question.get("customer", "")
    )


def as_json(promise: Promise, *, explain: bool) -> dict[str, Any]:
    """The stable fields of an answer; instants in ISO 8601 with the offset of the desk's zone."""
    answer: dict[str, Any] = {
        "level": promise.level.name,
        "at": promise.at.isoformat(),
        "response_due": _iso(promise.response_due),
        "fix_due": _iso(promise.fix_due),
    }
    if not explain:
        return answer
    zone = promise.at.tzinfo
    counted = [row for row in promise.trace() if isinstance(row, Counted)]
    answer["contract"] = str(promise.contract) if promise.contract else None
    answer["intervals"] = [
        {
            "from": row.starts.astimezone(zone).isoformat(),
            "to": row.ends.astimezone(zone).isoformat(),
            "minutes": _minutes(row.working),
            "total_minutes": _minutes(row.running_total),
        }
        for row in counted
    ]
    answer["closures"] = [
        {"name": one.name, "layer": one.layer, "from": one.starts.isoformat(), "to": one.ends.isoformat()}
        for one in promise.closures()
    ]
    return answer


def _as_text(promise: Promise, *, explain: bool) -> Iterator[str]:
    yield f"{promise.level.name}, logged {promise.at:{SHOWN}} ({promise.at.tzname()})"
    yield f"  reply by  {_shown(promise.response_due)}"
    yield f"  fixed by  {_shown(promise.fix_due)}"
    if not explain:
        return
    yield f"  terms     {promise.contract or 'newest edition, the desk’s own hours'}"
    for row in promise.trace():
        yield f"  {_row_text(row, promise)}"


def _row_text(row: TraceRow, promise: Promise) -> str:
    zone = promise.at.tzinfo
    span = f"{row.starts.astimezone(zone):{SHOWN}} to {row.ends.astimezone(zone):{SHOWN}}"
    if isinstance(row, Gap):
        names = ", ".join(reason.name or reason.kind.replace("_", " ") for reason in row.reasons)
        return f"  {span}  {names}"
    return f"+ {span}  {_clock(row.working)}, {_clock(row.running_total)} in all"


def _iso(due: datetime | None) -> str | None:
    return due.isoformat() if due else None


def _shown(due: datetime | None) -> str:
    return f"{due:{SHOWN}}" if due else "no visit booked"


def _clock(working: timedelta) -> str:
    minutes = int(working.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60:02} min"


def _minutes(working: timedelta) -> float:
    minutes = working.total_seconds() / 60
    return int(minutes) if minutes.is_integer() else minutes
