"""Settings of processes that tests kill: a short SMTP time-out makes leases that a test can wait for."""

from concero_desk.settings import *  # noqa: F403 - all but the below

EMAIL_TIMEOUT = 1
