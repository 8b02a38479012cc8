"""Settings of the tests: real servers, but never those of a running desk.

The addresses go through the environment, so that a process which a test starts uses the test servers as well.
``TEST_DATABASE_URL`` (a login that owns databases, may create them, and is a member of hd_app) and
``TEST_REDIS_URL`` name other servers.
"""

import os
from copy import deepcopy

from concero_desk.embedded import postgres, valkey
from concero_desk.embedded.paths import VAR

if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    _urls = postgres.ensure_test_running()
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = _urls.app, _urls.owner
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or valkey.ensure_test_running()
os.environ.update(
    DESK_MODE="tryout",
    SECRET_KEY="only for tests",
    BASE_URL="http://localhost:8000",
    ALLOWED_HOSTS="testserver",
    MEDIA_ROOT=str(VAR / "test-media"),
)

from concero_desk.settings import *  # noqa: F403 - the environment comes first
from concero_desk.settings import DATABASES, INSTALLED_APPS

# Migrations run as the owner; `tests.plugins.database` then gives every connection the application's role.
DATABASES["default"] = {**deepcopy(DATABASES["owner"]), "TEST": {}}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}

INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # for its `flush`, which runs after each `transaction=True` test
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real ones are slow on purpose
# Else the attempts to sign in of one test would count against the next.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
