"""Addresses. Everything of a tenant stands under its provider's short name."""

from django.conf import settings
from django.urls import include, path

from concero_desk import views
from concero_desk.appearance import appearance_update
from concero_desk.styleguide import styleguide
from knowledge.views.notices_portal import notice_stop
from satisfaction.views.public import question
from tickets.views.watchers import stop_following
from visits.views.feeds import feed

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("account/email/", views.no_own_address, name="account_email"),
    path("account/", include("allauth.urls")),
    path("appearance/", appearance_update, name="appearance_update"),
    *([path("styleguide/", styleguide, name="styleguide")] if settings.DEBUG else []),
    path("api/", include("api.urls.v1")),
    path("<slug:provider>/theme.css", views.provider_theme, name="provider_theme"),
    path("<slug:provider>/calendar/<str:token>.ics", feed, name="visit_feed"),
    path("<slug:provider>/follow/<str:token>/", stop_following, name="stop_following"),
    path("<slug:provider>/how-did-we-do/<str:token>/", question, name="satisfaction"),
    path("<slug:provider>/news/stop/<str:key>/", notice_stop, name="notice_stop"),
    path("<slug:provider>/chat/", include("chat.urls.widget")),
    path("<slug:provider>/settings/", include("concero_desk.settings_urls")),
    path("<slug:provider>/desk/contracts/", include("contracts.urls.desk")),
    path("<slug:provider>/desk/quotes/", include("quotes.urls.desk")),
    path("<slug:provider>/desk/visits/", include("visits.urls.desk")),
    path("<slug:provider>/desk/planning/", include("visits.urls.planning")),
    path("<slug:provider>/desk/chat/", include("chat.urls.desk")),
    path("<slug:provider>/desk/complaints/", include("complaints.urls.desk")),
    path("<slug:provider>/desk/knowledge/", include("knowledge.urls.desk")),
    path("<slug:provider>/desk/reviews/", include("reviews.urls.desk")),
    path("<slug:provider>/desk/satisfaction/", include("satisfaction.urls.desk")),
    path("<slug:provider>/desk/notices/", include("knowledge.urls.notices_desk")),
    path("<slug:provider>/desk/", include("tickets.urls.desk")),
    path("<slug:provider>/portal/people/", include("accounts.urls.portal")),
    path("<slug:provider>/portal/reports/", include("reports.urls.portal")),
    path("<slug:provider>/portal/schools/", include("reports.urls.schools")),
    path("<slug:provider>/portal/contracts/", include("contracts.urls.portal")),
    path("<slug:provider>/portal/quotes/", include("quotes.urls.portal")),
    path("<slug:provider>/portal/visits/", include("visits.urls.portal")),
    path("<slug:provider>/portal/chat/", include("chat.urls.portal")),
    path("<slug:provider>/portal/complaints/", include("complaints.urls.portal")),
    path("<slug:provider>/portal/answers/", include("knowledge.urls.portal")),
    path("<slug:provider>/portal/satisfaction/", include("satisfaction.urls.portal")),
    path("<slug:provider>/portal/notices/", include("knowledge.urls.notices_portal")),
    path("<slug:provider>/portal/", include("tickets.urls.portal")),
    path("<slug:provider>/reports/", include("reports.urls.reports")),
]
