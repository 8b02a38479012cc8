"""What a token is: the first thing that a program asks."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Resource
from api.models import ApiToken
from api.permissions import HoldsAnyToken
from api.problems import MEDIA_TYPE, problem
from api.resources.shapes import CustomerRef, PersonRef


class TokenShape(serializers.ModelSerializer[ApiToken]):
    """The token that was sent. `customer` is null for a token of the provider."""

    provider = serializers.CharField(source="provider.slug")
    time_zone = serializers.CharField(source="provider.time_zone")
    customer = CustomerRef(allow_null=True)
    person = PersonRef()
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiToken
        fields = ("name", "provider", "time_zone", "customer", "person", "scopes", "expires_at")


class Me(Resource):
    """The token itself."""

    permission_classes = (HoldsAnyToken,)
    serializer_class = TokenShape
    queryset = ApiToken._base_manager.none()
    pagination_class = None
    filter_backends: Any = ()
    group = "token"

    @extend_schema(operation_id="token_retrieve")
    def retrieve(self, request: Request) -> Response:
        """What this token is and may do."""
        token: Any = request.auth
        return Response(TokenShape(token).data)


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/: a problem like every other error, and no page."""
    body = problem(404, "not_found", "There is nothing at this address. See /api/v1/schema.")
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)


nothing.csrf_exempt = True  # type: ignore[attr-defined]  # it reads no cookie and changes nothing
