"""Panels on a customer's page in the settings."""

from accounts.models import Customer
from accounts.panels import Panels

CUSTOMER_PANELS: Panels[[Customer]] = Panels()
