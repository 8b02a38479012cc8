from api.models.requests import KeyedRequest
from api.models.tokens import ApiToken, TokenScope

__all__ = ["ApiToken", "KeyedRequest", "TokenScope"]
