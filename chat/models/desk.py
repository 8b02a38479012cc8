"""What the desk brings along: who is there, and where the widget may stand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
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


class ChatSettings(ProviderOwned):
    """Whether a provider chats at all, and the web sites on which its widget may stand (origins). None: on, nowhere.

    `open_words`, `away_words`, `close_words` stand on the widget's button; '' for ours.
    """

    is_on = models.BooleanField(_("schools can chat with the desk"), default=True)
    sites = ArrayField(
        models.CharField(max_length=200), verbose_name=_("web sites"), default=list, blank=True
    )
    open_words = models.CharField(_("while somebody can chat"), max_length=40, blank=True)
    away_words = models.CharField(_("while nobody can chat"), max_length=40, blank=True)
    close_words = models.CharField(_("while the chat is open"), max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="chat_settings_once")]

    def __str__(self) -> str:
        return str(_("Chat"))

    def button_words(self) -> dict[str, str]:
        """What the widget's button says, by what a press does."""
        return {
            "open": self.open_words or gettext("Chat with us"),
            "away": self.away_words or gettext("Leave us a message"),
            "close": self.close_words or gettext("Close the chat"),
        }
