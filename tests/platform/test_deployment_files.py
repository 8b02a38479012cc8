"""Makefile, container image and compose file say what the documentation promises."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from concero_desk.embedded import postgres
from concero_desk.embedded.paths import PROJECT_ROOT, postgres_binary
from tests.platform.clients import Client

COMMANDS = ("setup", "run", "test", "soak", "bench", "lint", "format")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text())
    return dict(compose["services"])


def test_every_promised_command_exists() -> None:
    for command in COMMANDS:
        done = subprocess.run(
            ["make", "--dry-run", "--no-print-directory", command],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "tools/bootstrap.py" in done.stdout


def test_only_the_migrations_know_the_owner(services: dict[str, Any]) -> None:
    for name, service in services.items():
        environment = service.get("environment", {})
        assert ("DATABASE_OWNER_URL" in environment) == (name == "migrate")
        if "DATABASE_URL" in environment:
            assert environment["DATABASE_URL"].startswith("postgresql://hd_app:")


def test_nothing_serves_before_the_migrations(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_web_and_workers_come_in_several_and_the_beat_alone(services: dict[str, Any]) -> None:
    assert services["web"]["deploy"]["replicas"] > 1
    assert services["worker"]["deploy"]["replicas"] > 1
    assert services["beat"].get("deploy", {}).get("replicas", 1) == 1


def test_only_the_proxy_is_reachable_from_outside(services: dict[str, Any]) -> None:
    outside = {
        name
        for name, service in services.items()
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    }
    assert outside == {"proxy"}


def test_the_example_names_every_variable_of_the_compose_file() -> None:
    compose = (PROJECT_ROOT / "docker-compose.yml").read_text()
    example = (PROJECT_ROOT / ".env.example").read_text()
    wanted = set(re.findall(r"\$\{([A-Z_]+)", compose)) - {"DESK_VERSION"}
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert wanted <= named
    for secret in ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"):
        assert f"${{{secret}:?" in compose
        assert re.search(rf"^{secret}=$", example, re.MULTILINE)


def test_the_image_runs_as_nobody_special_with_the_locked_packages() -> None:
    lines = (PROJECT_ROOT / "Dockerfile").read_text().splitlines()
    assert "USER desk" in lines
    assert not any(line.startswith("USER") for line in lines[lines.index("USER desk") + 1 :])
    assert any("uv sync --locked --no-dev" in line for line in lines)
    assert any("libpangoft2-1.0-0" in line for line in lines)


@pytest.mark.faults
def test_the_database_of_the_compose_file_has_the_weak_roles(directory: Path) -> None:
    client = Client("postgres", directory)
    client.url()
    superuser = postgres.urls(directory).superuser.replace("/concero_desk?", "/postgres?")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("DROP DATABASE concero_desk")
        connection.execute("DROP ROLE hd_app, hd_owner")
    programs = f"{postgres_binary('psql').parent}:{os.environ['PATH']}"
    words = {"POSTGRES_USER": "postgres", "OWNER_PASSWORD": "o", "APP_PASSWORD": "a"}
    socket = {"PGHOST": str(directory / "run"), "PGPORT": str(postgres.PORT)}
    environment = {"PATH": programs, **words, **socket}
    subprocess.run(["deploy/postgres/10-roles.sh"], cwd=PROJECT_ROOT, check=True, env=environment)
    with psycopg.connect(postgres.urls(directory).owner) as owner:
        owner.execute("CREATE TABLE probe (id int)")
    with psycopg.connect(postgres.urls(directory).app) as app:
        rights = app.execute(
            "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname LIKE 'hd%'"
        ).fetchone()
        assert rights == (False,)
        provider = app.execute("SELECT datlocprovider::text FROM pg_database WHERE datname = 'concero_desk'")
        assert provider.fetchone() == ("b",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM probe")
    client.leave()
