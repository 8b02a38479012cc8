"""Addresses of the settings, below /<provider>/settings/: each app's own, in one namespace."""

from accounts.urls import settings as accounts
from api.urls import settings as api
from chat.urls import settings as chat
from complaints.urls import settings as complaints
from contracts.urls import settings as contracts
from delivery.urls import settings as delivery
from onboarding import urls as onboarding
from protection.urls import settings as protection
from satisfaction.urls import settings as satisfaction
from sla.urls import settings as sla
from tickets.urls import settings as tickets
from visits.urls import fair_use
from visits.urls import settings as visits
from webhooks.urls import settings as webhooks

app_name = "settings"
urlpatterns = [
    *accounts.urlpatterns,
    *delivery.urlpatterns,
    *sla.urlpatterns,
    *contracts.urlpatterns,
    *fair_use.urlpatterns,
    *visits.urlpatterns,
    *tickets.urlpatterns,
    *chat.urlpatterns,
    *complaints.urlpatterns,
    *satisfaction.urlpatterns,
    *onboarding.urlpatterns,
    *protection.urlpatterns,
    *api.urlpatterns,
    *webhooks.urlpatterns,
]
