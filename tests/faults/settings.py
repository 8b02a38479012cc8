"""Settings of processes that tests kill: a short SMTP time-out makes leases that a test can wait for.

A test that moves the clock on instead of waiting asks for a longer one (``FAULT_EMAIL_TIMEOUT``, seconds), so that a
busy machine's mail server is not taken for one that cannot be reached.
"""

import os

from concero_desk.settings import *  # noqa: F403 - all but the below

EMAIL_TIMEOUT = int(os.environ.get("FAULT_EMAIL_TIMEOUT", "1"))
