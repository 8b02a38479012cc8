"""Django's settings. What differs between installations comes from `environment.py`; all else is decided here."""

import secrets
import zoneinfo
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from concero_desk.embedded import postgres, valkey
from concero_desk.environment import ROOT, read_environment

ENVIRONMENT = read_environment()
zoneinfo.reset_tzpath(to=())  # times are shown by the same locked tzdata that deadlines are computed with
PRODUCTION = ENVIRONMENT.mode == "production"
DEBUG = ENVIRONMENT.debug
BASE_URL = ENVIRONMENT.base_url
ALLOWED_HOSTS = ENVIRONMENT.hosts


def _tryout_secret() -> str:
    """A key of this machine's own, so that try-out sessions outlive a restart and no key stands in the code."""
    path = ROOT / "var" / "secret_key"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = ENVIRONMENT.secret_key or _tryout_secret()

INSTALLED_APPS = [
    "concero_desk.apps.ConceroDeskConfig",
    "demo",
    "api",
    "webhooks",
    "onboarding",
    "protection",
    "reports",
    "complaints",
    "reviews",
    "knowledge",
    "chat",
    "satisfaction",
    "tickets",
    "quotes",
    "visits",
    "contracts",
    "sla",
    "delivery",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "lucide",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "concero_desk.apps.DeskFilesConfig",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.tenancy.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "concero_desk.urls"
ASGI_APPLICATION = "concero_desk.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "concero_desk.form_renderer.DeskFormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "concero_desk.appearance.appearance",
                "concero_desk.context.page",
            ],
        },
    }
]

# ---- Database: the web and the workers are hd_app, which owns no table and cannot pass the tenant wall.
EMBEDDED_DATABASE = not ENVIRONMENT.database_url
DATABASE_APP_ROLE = ENVIRONMENT.database_app_role
_urls = postgres.urls() if EMBEDDED_DATABASE else None  # `startup.py` starts it
_app_url = _urls.app if _urls else ENVIRONMENT.database_url
_owner_url = _urls.owner if _urls else (ENVIRONMENT.database_owner_url or ENVIRONMENT.database_url)
DATABASE_OWNER_URL = _owner_url  # for back-up and restore


def _database(url: str, *, pool: dict[str, int] | bool, role: str = "") -> dict[str, Any]:
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    options = {**config.get("OPTIONS", {}), "pool": pool}
    if role:
        options["options"] = f"-c role={role}"
    # Choices of forms are short: a server-side cursor would only cost them two more round trips.
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "DISABLE_SERVER_SIDE_CURSORS": True}


DATABASES = {
    "default": _database(
        _app_url,
        pool={"min_size": 0, "max_size": 20, "timeout": 10},
        # One login for both is allowed for trying; it then becomes hd_app at once, and `check --deploy` complains.
        role=DATABASE_APP_ROLE if _app_url == _owner_url else "",
    ),
    "owner": _database(_owner_url, pool=False),
}

# ---- Queue: hints only; the truth is in the database.
EMBEDDED_QUEUE = not ENVIRONMENT.redis_url
REDIS_URL = ENVIRONMENT.redis_url or valkey.url()
CELERY_BROKER_URL = valkey.broker_url(REDIS_URL)

# What the processes share besides: limits on sign-in attempts.
CACHES = {
    "default": {
        "BACKEND": "concero_desk.cache.SharedCache",
        "LOCATION": ENVIRONMENT.cache_url or valkey.cache_url(REDIS_URL),
        "KEY_PREFIX": "desk",
        # Seconds that a request waits for a server that does not answer.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

# ---- Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "concero_desk.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation, or mail from a registered domain, has proved the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Concero Desk"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False  # it would write to the database on every page

# ---- Words, dates and places
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]  # Welsh joins when it is translated: half a language helps nobody
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

# ---- Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / "var" / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing folder, even an unused one
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "concero_desk.storage.StaticFiles"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        # Root prepares them, the web's own user reads them.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
MEDIA_ROOT = ENVIRONMENT.media_root  # never served by address: only through views that ask who is asking
FILE_UPLOAD_PERMISSIONS = 0o600
# Mail servers inside our own network that administrators of providers may read mail from.
MAILBOX_PRIVATE_HOSTS = frozenset(ENVIRONMENT.mailbox_private_hosts.lower().replace(",", " ").split())
# Hosts inside our own network, and without TLS, that webhooks may be sent to: the tests' own servers alone.
WEBHOOK_TEST_HOSTS: frozenset[str] = frozenset()
# Domains that a provider may write from although it reads no mailbox there.
SENDER_DOMAINS = ENVIRONMENT.sender_domains_by_provider
ATTACHMENT_LIMIT = ENVIRONMENT.attachment_limit_mb * 1024 * 1024
MESSAGE_LIMIT = (
    2 * ATTACHMENT_LIMIT
)  # bytes of a mail as it comes in, files encoded; a larger one waits in quarantine
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ---- Mail out: try-out mail is written to files, so that nothing leaves the machine by accident.
EMAIL_BACKEND = (
    "delivery.smtp.EmailBackend"
    if ENVIRONMENT.email_url
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(ROOT / "var" / "mail")
_mail = ENVIRONMENT.mail_server()
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.security == "starttls", _mail.security == "tls"
EMAIL_TIMEOUT = 20  # seconds; the outbox lease is longer, so that no second worker sends meanwhile

# ---- API
API_REQUESTS_PER_MINUTE = 600  # of one token
API_BODY_LIMIT = DATA_UPLOAD_MAX_MEMORY_SIZE  # bytes of a JSON body; files come as multipart
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.HoldsScope"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concero Desk",
    "VERSION": "1",
    "DESCRIPTION": "Tickets, contracts, visits and people of one provider, or of one of its customers.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "DEFAULT_QUERY_MANAGER": "_base_manager",  # the document is written outside any scope
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Channel": "tickets.models.Channel",
        "RaisedBy": "api.resources.ticket_shapes.RAISED_BY",
        "MessageKind": "api.resources.ticket_shapes.MESSAGE_KINDS",
        "ClauseTopic": "contracts.models.ClauseTopic",
        "TicketState": "tickets.models.TicketState",
        "VisitState": "visits.models.VisitState",
        "ApprovalState": "tickets.models.ApprovalState",
        "ChatState": "chat.models.ChatState",
        "QuoteState": "quotes.models.QuoteState",
        "ClockState": "sla.models.ClockState",
        "ClockKind": "sla.models.ClockKind",
        "VisitKind": "visits.models.VisitKind",
        "ClosureKind": "sla.models.ClosureKind",
    },
}

# ---- Safety
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = False
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ---- Log: ids, never contents
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # They tell each step of drawing a PDF and each table of a font.
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
PROJECT_ROOT: Path = ROOT
