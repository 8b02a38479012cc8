"""What the desk brings along: who is there, answers at hand, and where the widget may stand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class ChatPresence(ProviderOwned):
    """Whether a technician takes chats, and when their page was last heard of."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    takes_chats = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], name="chat_presence_once")]

    def __str__(self) -> str:
        return str(self.person)


class CannedAnswer(ProviderOwned):
    """Words at hand for what is asked again and again."""

    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=2000)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "title"]
        constraints = [models.UniqueConstraint(fields=["provider", "title"], name="canned_answer_once")]

    def __str__(self) -> str:
        return self.title


class ChatSettings(ProviderOwned):
    """Whether a provider chats at all, and the web sites on which its widget may stand (origins). None: on, nowhere."""

    is_on = models.BooleanField(_("schools can chat with the desk"), default=True)
    sites = ArrayField(
        models.CharField(max_length=200), verbose_name=_("web sites"), default=list, blank=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="chat_settings_once")]

    def __str__(self) -> str:
        return str(_("Chat"))
