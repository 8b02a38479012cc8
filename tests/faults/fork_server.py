"""A process that forks a child for each job and can kill it at its n-th contact with the outside world.

Contacts are counted before and after each statement, each commit and each line to or from a mail server, so
that killing at 1, 2, 3, … goes through every state that a sudden death can leave behind. Forking makes a kill
cost milliseconds instead of the start of a process. Jobs come as JSON lines on standard input:

    {"call": "module:function", "arguments": [...], "kill_at": 17}

and each is answered with a line: {"killed": …, "contacts": …, "result": …, "error": …}.
"""

import functools
import imaplib
import importlib
import json
import os
import signal
import smtplib
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django
import psycopg
from django.core.mail.utils import DNS_NAME
from django.template.loader import render_to_string


class Contacts:
    """Counts, and dies at the n-th."""

    def __init__(self, kill_at: int | None) -> None:
        self.kill_at = kill_at
        self.count = 0

    def one_more(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str) -> None:
        """Count before and after each call of a method."""
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.one_more()
            result = original(*args, **kwargs)
            self.one_more()
            return result

        setattr(owner, name, watched)


def work(job: dict[str, Any], answer: int) -> None:
    """Do one job in this child; write the outcome to the file `answer`."""
    contacts = Contacts(job.get("kill_at"))
    module, function = job["call"].split(":")
    call = getattr(importlib.import_module(module), function)
    contacts.watch(psycopg.Cursor, "execute")
    contacts.watch(psycopg.Connection, "commit")
    contacts.watch(smtplib.SMTP, "send")
    contacts.watch(smtplib.SMTP, "getreply")
    contacts.watch(imaplib.IMAP4, "send")
    outcome: dict[str, Any] = {"killed": False, "result": None, "error": ""}
    try:
        outcome["result"] = call(*job.get("arguments", []))
    except Exception:
        outcome["error"] = traceback.format_exc()
    outcome["contacts"] = contacts.count
    os.write(answer, json.dumps(outcome).encode())


def run(job: dict[str, Any]) -> str:
    """Fork, wait, and tell what became of the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        work(job, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read().decode()
    _, status = os.waitpid(child, 0)
    return told or json.dumps({"killed": os.WIFSIGNALED(status), "contacts": 0, "result": None, "error": ""})


def warm_up() -> None:
    """Load here what each child would have to load for itself."""
    for module in (
        "kombu.transport.redis",
        "delivery.tasks",
        "tests.faults.work",
        "tests.faults.desk_work",
        "concero_desk.urls",
        "django.core.mail.backends.smtp",
    ):
        importlib.import_module(module)
    str(DNS_NAME)  # asks the name servers
    render_to_string("delivery/digest.txt", {})


def main() -> None:
    django.setup()
    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        print(run(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
