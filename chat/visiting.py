"""The door of visitors who have proved an address but not signed in: what their key opens, and nothing beside it.

They have no tenant's scope of their own, and their browser sends no cookie into a frame on another site. Each request
brings a signed key to one proof; the views work in the provider's scope from there on, and reach one person's one
chat through these functions only.
"""

from django.core import signing
from django.http import HttpRequest

from accounts.tenancy.scope import current_provider_id
from chat.models import Chat, ChatProof, ChatState
from chat.selectors import chats_with_people

HEADER = "X-Chat-Key"
SALT = "chat.visitor"
KEY_SECONDS = 12 * 60 * 60


def visitor_key(proof: ChatProof) -> str:
    """What the widget keeps for as long as its page is open."""
    return signing.dumps([proof.provider_id, proof.pk], salt=SALT)


def proof_of(request: HttpRequest, *, proved: bool = True) -> ChatProof | None:
    """The proof behind the request's key. Needs the provider's own scope; None for a key that opens nothing here."""
    try:
        provider_id, pk = signing.loads(request.headers.get(HEADER, ""), salt=SALT, max_age=KEY_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if provider_id != current_provider_id():
        return None
    rows = ChatProof.objects.filter(pk=pk).select_related("person", "customer")
    if proved:
        rows = rows.filter(proved_at__isnull=False, person__is_active=True, customer__is_active=True)
    return rows.first()


def chat_of(proof: ChatProof) -> Chat | None:
    """The visitor's chat: the one that goes on, else the last one of this proof."""
    rows = chats_with_people().filter(person=proof.person)
    going_on = rows.exclude(state=ChatState.ENDED).first()
    return going_on or rows.filter(proof=proof).order_by("-id").first()
