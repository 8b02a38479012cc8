"""Fixtures of every test. Those of one subject stand in `tests/plugins/`."""

pytest_plugins = [
    f"tests.plugins.{name}" for name in ("database", "cast", "queries", "server", "ci", "collecting")
]
