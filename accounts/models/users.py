"""Sign-in. One credential for each human being, whatever tenants they belong to (rules T3, T4)."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A user who can sign in. Without a password they set one by link, or use an e-mailed code."""
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A credential. What it may see is decided by the `Person` rows that point at it, one in each provider."""

    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("operator of this installation"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(_("password set"), null=True, blank=True)
    must_change_password = models.BooleanField(
        _("must set a new password at the next sign-in"), default=False
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    single_keys = models.BooleanField(
        _("single keys work on the desk"), default=True, db_default=True
    )  # off for those whose speech input would press them (WCAG 2.1.4)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def set_password(self, raw_password: str | None) -> None:
        """Set the password and note when, for providers whose passwords expire (Rule T4)."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now() if raw_password else None
        self.must_change_password = False
