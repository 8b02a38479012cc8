"""Fixtures of every test. Those of one subject stand in `tests/plugins/`."""

pytest_plugins = ["tests.plugins.database", "tests.plugins.cast", "tests.plugins.queries", "tests.plugins.ci"]
