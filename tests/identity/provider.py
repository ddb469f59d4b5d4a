"""A real provider of identities for the tests: Django OAuth Toolkit, in a process of its own.

Started as ``python -m tests.identity.provider PORT FOLDER``; it says ``ready`` once it answers. Beside the
protocol it has two addresses for the tests: ``/as/NAME`` signs somebody in, ``/rotate`` takes a new key.
"""

from __future__ import annotations

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CLIENT_ID, SECRET = "gewu", "a-secret-of-the-client"
#: Who has an identity there: name, shown name, roles, and how the sign-in was done.
PEOPLE = {
    "zhang": ("张主任", ["dispatcher"], "pwd"),
    "li": ("李承办", ["water"], "mfa"),
    "nobody": ("路人", ["visitor"], "pwd"),
}


def new_key() -> str:
    """A private key as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    kinds = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *kinds).decode()


def configure(port: int, folder: Path) -> None:
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "idp.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="tests.identity.provider_urls",
        LOGIN_URL="/as/",
        SESSION_COOKIE_NAME="idp",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "OIDC_RSA_PRIVATE_KEY": new_key(),
            "OAUTH2_VALIDATOR_CLASS": "tests.identity.provider_urls.Validator",
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "profile": "name and roles"},
        },
    )
    django.setup()


def fill(port: int, backs: list[str]) -> None:
    """The tables, the people and this platform as a client."""
    from django.contrib.auth.models import User  # noqa: PLC0415 -- Django is set up by now
    from django.core.management import call_command  # noqa: PLC0415 -- as above
    from oauth2_provider.models import Application  # noqa: PLC0415 -- as above

    call_command("migrate", verbosity=0)
    for name, (shown, _, _) in PEOPLE.items():
        User.objects.create(username=name, first_name=shown)
    Application.objects.create(
        client_id=CLIENT_ID,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=" ".join(backs),
        post_logout_redirect_uris="http://testserver/sign-in",
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing: the tests read what is answered."""


def main(port: int, folder: Path) -> None:
    configure(port, folder)
    fill(port, [f"http://testserver/sign-in/by/{code}/back" for code in ("gov", "other")])
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 -- Django is set up by now

    server = make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Quiet)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
