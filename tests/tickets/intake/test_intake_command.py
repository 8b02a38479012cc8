"""`manage.py intake`: one JSON line for each message, nothing written on bad input."""

import io
import json
import mailbox as mailboxes
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tickets.models import InboundMail

pytestmark = pytest.mark.rule("I1")


def run(*arguments: str) -> list[dict[str, str | None]]:
    out = io.StringIO()
    call_command("intake", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("shape", ["file", "folder", "mbox", "maildir", "stream", "mbox stream"])
def test_every_source_gives_one_line_for_each_message(
    cast: Cast, tmp_path: Path, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = [mail(subject=f"Number {n}", text="From the start\n\nFrom here on\n").as_bytes() for n in range(3)]
    path = tmp_path / "mails"
    if shape in {"file", "stream"}:
        raws = raws[:1]
        path.write_bytes(raws[0])
    elif shape == "folder":
        (path / "deeper").mkdir(parents=True)
        for n, raw in enumerate(raws):
            (path / ("deeper" if n else "") / f"{n}.eml").write_bytes(raw)
    else:
        kind = mailboxes.Maildir if shape == "maildir" else mailboxes.mbox
        box = kind(str(path))
        for raw in raws:
            box.add(raw)
        box.close()
    if "stream" in shape:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    lines = run("--mailbox", "support@alder.example", "-" if "stream" in shape else str(path))
    assert [set(line) for line in lines] == [{"outcome", "ticket", "customer", "reason"}] * len(raws)
    assert {(line["outcome"], line["customer"]) for line in lines} == {("ticket", "oakfield")}
    with open_scope(cast.staff_scope()):
        assert InboundMail.objects.count() == len(raws)


def test_a_provider_names_its_default_mailbox(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail().as_bytes())
    assert run("--mailbox", "alder", str(tmp_path))[0]["outcome"] == "ticket"
    assert run("--mailbox", "alder", str(tmp_path))[0]["outcome"] == "duplicate"


@pytest.mark.parametrize("name", ["nobody", "nobody@alder.example"])
def test_an_unknown_mailbox_is_an_error(cast: Cast, tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=name):
        run("--mailbox", name, str(tmp_path))


def test_a_path_that_cannot_be_read_stops_everything_before_the_first_write(
    cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(mail().as_bytes())
    with pytest.raises(CommandError, match="missing"):
        run("--mailbox", "alder", str(tmp_path), str(tmp_path / "missing"))
    with open_scope(cast.staff_scope()):
        assert not InboundMail.objects.exists()
