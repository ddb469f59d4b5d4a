"""Addresses of the tests' provider, and the claims it makes about its people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings

from tests.identity.provider import PEOPLE, new_key


class Validator(OAuth2Validator):
    """Names and roles, as a city's directory would tell them."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        shown, roles, way = PEOPLE[request.user.username]
        return {"name": shown, "realm_access": {"roles": roles}, "amr": [way]}


def sign_in_as(request: HttpRequest, name: str) -> HttpResponse:
    login(request, User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(name)


def rotate(request: HttpRequest) -> HttpResponse:
    """A new key signs; the old one stays among those that are published."""
    old = oauth2_settings.OIDC_RSA_PRIVATE_KEY
    oauth2_settings.OIDC_RSA_PRIVATE_KEYS_INACTIVE = [old]
    oauth2_settings.OIDC_RSA_PRIVATE_KEY = new_key()
    return HttpResponse("rotated")


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("as/<str:name>", sign_in_as),
    path("rotate", rotate),
]
