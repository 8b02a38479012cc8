"""On a build server nothing is skipped for want of a browser or of a mail server."""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a browser or mailbox test that was skipped where CI is set: what is missing there must not look green."""
    report = yield
    needs_more = any(item.get_closest_marker(name) for name in ("browser", "mail_server"))
    if report.skipped and os.environ.get("CI") and needs_more:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not be skipped under CI: {report.longrepr}"
    return report
