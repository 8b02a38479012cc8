"""The files that production serves can be prepared, and every page finds its own among them."""

import json
import re
import stat
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from concero_desk.embedded.paths import PROJECT_ROOT

STORAGES = {
    **settings.STORAGES,
    "staticfiles": {**settings.STORAGES["staticfiles"], "BACKEND": "concero_desk.storage.StaticFiles"},
}
USED = re.compile(r"""\{%\s*static\s+["']([^"']+)["']\s*%\}""")


def test_every_file_that_a_page_names_is_prepared(tmp_path: Path) -> None:
    named = {
        name
        for page in (PROJECT_ROOT / "templates").rglob("*.html")
        for name in USED.findall(page.read_text())
    }
    assert named
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    prepared = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert named - set(prepared) == set()
    files = [tmp_path / "staticfiles.json", *(tmp_path / with_hash for with_hash in prepared.values())]
    readers = {stat.filemode(file.stat().st_mode) for file in files}
    assert readers == {"-rw-r--r--"}, "what root prepares, the web's own user must be able to read"
    assert any(name.startswith("django_htmx/htmx") for name in prepared)
