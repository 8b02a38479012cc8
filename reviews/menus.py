"""The menu entry, the tag and the panel of reviews."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.panels import HOME_PANELS, Content, Panel
from accounts.permissions import Permission
from accounts.tenancy.access import Door, may
from reviews.models import Review
from reviews.selectors import in_review
from tickets.tags import Tag, tag_add


def home_panel(request: HttpRequest) -> Content | None:
    """How many reviews wait for an outcome; nothing where none does, or for whoever has nothing to do with them."""
    if not may(request, Permission.HANDLE_REVIEWS):
        return None
    number = Review.objects.filter(done_at__isnull=True).count()
    return {"number": number} if number else None


navigation_add(NavItem(Door.DESK, _("Reviews"), "reviews:list", "microscope", 48, Permission.HANDLE_REVIEWS))
tag_add(Tag("review", _("In review"), in_review))
HOME_PANELS.add(Panel(Door.DESK, 20, "reviews/panels/desk.html", home_panel))
