"""What both doors of visitors share, the portal's and the widget's: news, a message, a sign, the end."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse

from accounts.files import download
from chat.errors import ChatError
from chat.forms import files_sent
from chat.limits import count_files, count_message
from chat.live import chat_sign, chat_topic
from chat.models import Chat, ChatEnd
from chat.news import news_of, number_in, refused
from chat.selectors import file_of
from chat.services.conversation import chat_say, chat_seen
from chat.services.ending import chat_end
from tickets.models import ReadingWay
from tickets.services.readings import reading_record


def visitor_news(request: HttpRequest, chat: Chat) -> JsonResponse:
    """What is new; asking tells that the page is there and what it shows already."""
    chat_seen(chat=chat, got=number_in(request.GET.get("after", "")))
    return news_of(request, chat, side="visitor", topics=[chat_topic(chat.pk)])


def visitor_say(request: HttpRequest, chat: Chat) -> JsonResponse:
    """A message. Sent again with its key it is the same message."""
    try:
        count_message(chat.pk)
        files = files_sent(request)
        count_files(chat.pk, len(files))
        with transaction.atomic():
            chat_say(
                chat=chat, text=request.POST.get("text", ""), key=request.POST.get("key", ""), files=files
            )
    except (ValidationError, ChatError) as problem:
        return refused(problem)
    chat.refresh_from_db()
    return news_of(request, chat, side="visitor", topics=[chat_topic(chat.pk)])


def chat_file(chat: Chat, pk: int, reader: int) -> FileResponse:
    """A file of this chat, as a download; a reading of a confidential ticket's is kept (Rule T7)."""
    found = file_of(chat, pk)
    if found is None:
        raise Http404
    if chat.ticket is not None:
        reading_record(ticket=chat.ticket, person_id=reader, way=ReadingWay.FILE, what=f"chat {found.pk}")
    return download(found)


def visitor_sign(request: HttpRequest, chat: Chat) -> HttpResponse:
    """The visitor types, or has read up to `seq`."""
    seq = number_in(request.POST.get("seq", ""))
    if request.POST.get("kind") == "read":
        chat_seen(chat=chat, got=seq)
        chat_sign(chat, kind="read", by="visitor", seq=min(seq, chat.last_seq))
    else:
        chat_sign(chat, kind="typing", by="visitor")
    return HttpResponse(status=204)


def visitor_end(request: HttpRequest, chat: Chat) -> JsonResponse:
    """The visitor goes: it is solved, or (`carry_on`) goes on by e-mail."""
    chat = chat_end(chat=chat, by=ChatEnd.VISITOR, carry_on=request.POST.get("carry_on") == "yes")
    return news_of(request, chat, side="visitor", topics=[chat_topic(chat.pk)])
