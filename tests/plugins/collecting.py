"""Fewer passes of the garbage collector: modules and cast stay for the whole run, and each pass looks at them all.

Measured on a walk through every page: 8 of 100 of the processor's time went into these passes.
"""

import gc

YOUNG = 50_000  # objects made before a pass over the young ones; Python's 700 suits small programs


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
