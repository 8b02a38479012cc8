"""The menu entries of desk and portal that belong to tickets."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

WORK = Permission.WORK_TICKETS

navigation_add(NavItem(Door.DESK, _("Home"), "desk:home", "house", 10, WORK, keys="g h"))
navigation_add(
    NavItem(Door.DESK, _("Queue"), "desk:queue", "inbox", 20, WORK, covers=("tickets/",), keys="g q")
)
navigation_add(NavItem(Door.DESK, _("Log a call"), "desk:phone", "phone", 30, WORK, keys="g l"))
navigation_add(NavItem(Door.DESK, _("Call-backs"), "desk:call_backs", "phone-outgoing", 40, WORK, keys="g b"))
navigation_add(NavItem(Door.DESK, _("With third parties"), "desk:referrals", "handshake", 45, WORK))
navigation_add(NavItem(Door.DESK, _("Macros"), "desk:macros", "zap", 49, WORK, keys="g m"))
navigation_add(NavItem(Door.DESK, _("Held mail"), "desk:held_mail", "mail-warning", 50, WORK))
navigation_add(
    NavItem(Door.DESK, _("Confidential"), "desk:confidential", "lock", 55, Permission.TAKE_CONFIDENTIAL)
)
navigation_add(NavItem(Door.PORTAL, _("Home"), "portal:home", "house", 10))
navigation_add(NavItem(Door.PORTAL, _("My requests"), "portal:tickets", "inbox", 20))
navigation_add(NavItem(Door.PORTAL, _("Tell us what is wrong"), "portal:new", "circle-plus", 30))
navigation_add(NavItem(Door.PORTAL, _("Approvals"), "portal:approvals", "circle-check-big", 35))
navigation_add(NavItem(Door.PORTAL, _("Passphrase"), "portal:passphrase", "key-round", 95))
