"""The files that production serves can be prepared, and every page finds its own among them."""

import json
import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from concero_desk.embedded.paths import PROJECT_ROOT

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "concero_desk.storage.StaticFiles"},
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
    assert all((tmp_path / with_hash).is_file() for with_hash in prepared.values())
    assert any(name.startswith("django_htmx/htmx") for name in prepared)
