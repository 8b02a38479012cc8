"""Chat on the desk's first page: who waits, so that nobody need keep the chat's own page open to know."""

from typing import Any

from django.http import HttpRequest

from accounts.panels import HOME_PANELS, Content, Panel
from accounts.tenancy.access import Door
from chat.models import Chat, ChatState


def desk_panel(request: HttpRequest) -> Content | None:
    """How many chats wait for somebody, and how many of this person's go on; nothing where there are none."""
    tenant: Any = request
    rows = Chat.objects.exclude(state=ChatState.ENDED).values_list("state", "assignee_id")
    found = list(rows[:100])
    waiting = sum(state == ChatState.WAITING for state, _owner in found)
    own = sum(owner == tenant.person.pk for _state, owner in found)
    return {"waiting": waiting, "own": own} if waiting or own else None


HOME_PANELS.add(Panel(Door.DESK, 5, "chat/panels/desk.html", desk_panel))
