"""Addresses of the API, below /api/. The tenant is the token's and never in the address."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from api.reference import schema
from api.resources.agreements import Answers, Contracts
from api.resources.calling import CallBacks
from api.resources.chats import Chats
from api.resources.conversation import Attachments, Messages
from api.resources.me import Me, nothing
from api.resources.promises import Promises
from api.resources.quoting import Quotes
from api.resources.reading import Closures, Customers, People, Visits
from api.resources.tickets import Tickets
from api.resources.watching import Watchers

router = SimpleRouter(trailing_slash=False)
router.register("tickets", Tickets, basename="tickets")
router.register("contracts", Contracts, basename="contracts")
router.register("customers", Customers, basename="customers")
router.register("people", People, basename="people")
router.register("visits", Visits, basename="visits")
router.register("call-backs", CallBacks, basename="call_backs")
router.register("chats", Chats, basename="chats")
router.register("quotes", Quotes, basename="quotes")
router.register("closures", Closures, basename="closures")

app_name = "api"
urlpatterns = [
    path("v1/schema", schema, name="schema"),
    path("v1/token", Me.as_view({"get": "retrieve"}), name="token"),
    re_path(
        r"^v1/tickets/(?P<number>[0-9]{1,9})/messages$",
        Messages.as_view({"get": "list", "post": "create"}),
        name="messages",
    ),
    re_path(
        r"^v1/tickets/(?P<number>[0-9]{1,9})/watchers$",
        Watchers.as_view({"get": "list", "post": "create"}),
        name="watchers",
    ),
    re_path(
        r"^v1/tickets/(?P<number>[0-9]{1,9})/watchers/(?P<person>[0-9]{1,18})$",
        Watchers.as_view({"delete": "destroy"}),
        name="watcher",
    ),
    re_path(
        r"^v1/tickets/(?P<number>[0-9]{1,9})/call-backs$",
        CallBacks.as_view({"post": "agree"}),
        name="ticket_call_backs",
    ),
    re_path(
        r"^v1/tickets/(?P<number>[0-9]{1,9})/quotes$", Quotes.as_view({"post": "ask"}), name="ticket_quotes"
    ),
    path("v1/promises", Promises.as_view({"get": "retrieve"}), name="promises"),
    re_path(
        r"^v1/attachments/(?P<pk>[0-9]{1,18})$", Attachments.as_view({"get": "retrieve"}), name="attachment"
    ),
    path("v1/coverage", Answers.as_view({"post": "coverage"}), name="coverage"),
    path("v1/deadline", Answers.as_view({"post": "deadline"}), name="deadline"),
    path("v1/", include(router.urls)),
    re_path(r"^.*$", nothing, name="nothing"),
]
