"""What the surroundings decide: every setting that is read from the environment, typed and checked at the start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(SystemExit):
    """A setting that cannot work. Its message says which one and what to do."""


@dataclass(frozen=True)
class MailServer:
    """An SMTP server. `security` is starttls, tls (from the first byte) or none."""

    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    security: str = "none"


class Environment(BaseSettings):
    """Read once when Django starts. Unset means try-out: everything runs under `var/` on this machine."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    mode: Literal["tryout", "production"] = Field("tryout", validation_alias="DESK_MODE")
    debug: bool = Field(False, validation_alias="DEBUG")
    secret_key: str = Field("", validation_alias="SECRET_KEY")
    base_url: str = Field("http://localhost:8000", validation_alias="BASE_URL")
    allowed_hosts: str = Field("", validation_alias="ALLOWED_HOSTS")
    database_url: str = Field("", validation_alias="DATABASE_URL")
    database_owner_url: str = Field("", validation_alias="DATABASE_OWNER_URL")
    database_app_role: str = Field(
        "hd_app", validation_alias="DATABASE_APP_ROLE", pattern=r"^[a-z_][a-z0-9_]*$"
    )
    redis_url: str = Field("", validation_alias="REDIS_URL")
    email_url: str = Field("", validation_alias="EMAIL_URL")
    media_root: Path = Field(ROOT / "var" / "media", validation_alias="MEDIA_ROOT")
    attachment_limit_mb: int = Field(25, validation_alias="ATTACHMENT_LIMIT_MB", ge=1, le=500)
    mailbox_private_hosts: str = Field("", validation_alias="MAILBOX_PRIVATE_HOSTS")
    cache_url: str = Field("", validation_alias="CACHE_URL")
    sender_domains: str = Field("", validation_alias="SENDER_DOMAINS")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)

    @field_validator("base_url")
    @classmethod
    def _base_url_is_absolute(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
            raise ValueError("must be an absolute address such as https://support.example.org")
        return value.rstrip("/")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _database_is_postgresql(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"postgres", "postgresql"}:
            raise ValueError("must be a postgresql:// address; no other database can keep the tenants apart")
        return value

    @field_validator("sender_domains")
    @classmethod
    def _sender_domains_are_pairs(cls, value: str) -> str:
        for pair in value.split():
            slug, _, domains = pair.partition("=")
            if not slug or not all(domains.split(",")):
                raise ValueError("must look like concero=concerouk.com,concero.example pisys=pisys.net")
        return value

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Environment":
        if self.mode == "production":
            needed = {
                "SECRET_KEY": self.secret_key,
                "DATABASE_URL": self.database_url,
                "REDIS_URL": self.redis_url,
                "EMAIL_URL": self.email_url,
            }
            missing = [name for name, value in needed.items() if not value]
            if missing:
                raise ValueError(f"production needs {', '.join(missing)}; see docs/operators/install.md")
        return self

    @property
    def hosts(self) -> list[str]:
        """The host names that the web process answers for."""
        named = [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]
        own = urlsplit(self.base_url).hostname or "localhost"
        local = ["localhost", "127.0.0.1", "[::1]"] if self.mode == "tryout" else []
        return sorted({*named, own, *local})

    @property
    def sender_domains_by_provider(self) -> dict[str, frozenset[str]]:
        """The domains from which a provider may write besides its mailboxes, by the provider's short name."""
        pairs = (pair.partition("=") for pair in self.sender_domains.lower().split())
        return {slug: frozenset(domains.split(",")) for slug, _, domains in pairs}

    def mail_server(self) -> MailServer:
        """Where mail goes out, from `EMAIL_URL` (smtp://user:password@host:587?security=starttls|tls|none)."""
        if not self.email_url:
            return MailServer()
        url = urlsplit(self.email_url)
        security = parse_qs(url.query).get("security", ["starttls"])[0]
        if url.scheme != "smtp" or not url.hostname or security not in {"starttls", "tls", "none"}:
            raise WrongSetting(
                "EMAIL_URL must look like smtp://user:password@host:587?security=starttls|tls|none"
            )
        return MailServer(
            host=url.hostname,
            port=url.port or 587,
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            security=security,
        )


def read_environment() -> Environment:
    """The checked settings. Raises WrongSetting, which ends the program with a message that names each wrong one."""
    try:
        return Environment()  # type: ignore[call-arg]
    except ValidationError as wrong:
        lines = [
            f"  {'.'.join(str(part) for part in error['loc']) or 'settings'}: {error['msg']}"
            for error in wrong.errors()
        ]
        raise WrongSetting("Concero Desk cannot start with these settings:\n" + "\n".join(lines)) from None
