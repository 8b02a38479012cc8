"""What takes minutes is begun first: begun last, it would be all that still runs on one of several processors."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
