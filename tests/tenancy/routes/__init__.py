"""Every address under a provider: who may come in, and what it shows. Written by hand, beside the code's own marks.

A new address without a row here fails the walk: think who may see it and what somebody else's object would be.
"""

from tests.tenancy.routes.desk import DESK_ROUTES
from tests.tenancy.routes.portal import PORTAL_ROUTES
from tests.tenancy.routes.settings import SETTINGS_ROUTES
from tests.tenancy.routes.who import Route

__all__ = ["ROUTES", "Route"]

ROUTES: dict[str, Route] = DESK_ROUTES | PORTAL_ROUTES | SETTINGS_ROUTES
