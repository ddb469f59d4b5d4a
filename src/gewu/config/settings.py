"""Django's settings, all of them drawn from `environment.SETTINGS`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from gewu.config import environment
from gewu.infra.keys import kept_key

ENVIRONMENT = environment.read(os.environ)

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(ENVIRONMENT["GEWU_HOME"]).resolve()

DEBUG = ENVIRONMENT["GEWU_DEBUG"]
DEMO = ENVIRONMENT["GEWU_DEMO"]
COUNTY = str(ENVIRONMENT["GEWU_COUNTY"])
JURISDICTIONS = ENVIRONMENT["GEWU_JURISDICTIONS"]
HASH = ENVIRONMENT["GEWU_HASH"]
REDIS_URL = ENVIRONMENT["GEWU_REDIS_URL"]
MQTT = ENVIRONMENT["GEWU_MQTT"]
MQTT_GROUP = ENVIRONMENT["GEWU_MQTT_GROUP"]
REPORTS_PER_HOUR = ENVIRONMENT["GEWU_REPORTS_PER_HOUR"]
EXPORT_ROWS = ENVIRONMENT["GEWU_EXPORT_ROWS"]
OUTBOUND = ENVIRONMENT["GEWU_OUTBOUND"]
PORT = ENVIRONMENT["PORT"]
LIVE_PORT = ENVIRONMENT["GEWU_LIVE_PORT"] or PORT + 1
WORKERS = ENVIRONMENT["GEWU_WORKERS"]
HOST = ENVIRONMENT["GEWU_HOST"]
PROXIES = ENVIRONMENT["GEWU_PROXIES"]

SECRET_KEY = ENVIRONMENT["GEWU_SECRET_KEY"] or kept_key(
    HOME / "keys" / "session", lambda: secrets.token_urlsafe(50)
)
SECRET_KEY_FALLBACKS = [one for one in (ENVIRONMENT["GEWU_SECRET_KEY_BEFORE"],) if one]
SECOND_FACTOR = ENVIRONMENT["GEWU_SECOND_FACTOR"]
SECURITY_CONTACT = ENVIRONMENT["GEWU_SECURITY_CONTACT"]
PUSH_SERVICES = ENVIRONMENT["GEWU_PUSH_SERVICES"]
IDLE_MINUTES = ENVIRONMENT["GEWU_IDLE_MINUTES"]
VAULT_KEYS = Path(ENVIRONMENT["GEWU_VAULT_KEYS"] or HOME / "keys" / "vault.json")
FILES = HOME / "files"

ALLOWED_HOSTS = list(ENVIRONMENT["GEWU_ALLOWED_HOSTS"])
DATABASES = {
    "default": environment.database(
        ENVIRONMENT["GEWU_DATABASE_URL"], HOME, durability=ENVIRONMENT["GEWU_DURABILITY"]
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "gewu.infra",
    "gewu.security",
    "gewu.assistants",
    "gewu.notifications",
    "gewu.handbook",
    "gewu.territory",
    "gewu.organisation",
    "gewu.catalogue",
    "gewu.cases",
    "gewu.intake",
    "gewu.sensing",
    "gewu.fieldwork",
    "gewu.command",
    "gewu.insight",
    "gewu.config",
]

MIDDLEWARE = [
    "gewu.api.problems.documents",
    "gewu.channels.open311.faults.shaped",
    "django.middleware.security.SecurityMiddleware",
    "gewu.web.middleware.content_security",
    "gewu.web.middleware.Sessions",
    "gewu.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "gewu.web.middleware.bounded",
    "gewu.web.middleware.OwnForms",
    "gewu.web.middleware.actor",
    "gewu.web.middleware.methods",
]

ROOT_URLCONF = "gewu.config.urls"
WSGI_APPLICATION = "gewu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {"environment": "gewu.web.pages.environment", "extensions": ["jinja2.ext.i18n"]},
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
#: The certificate and its key where this server speaks HTTPS itself.
TLS = Path(ENVIRONMENT["GEWU_TLS"]) if ENVIRONMENT["GEWU_TLS"] else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT["GEWU_HTTPS"] or TLS is not None
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT["GEWU_HTTPS"] else None
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT["GEWU_HTTPS"] else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gewu.web.errors.forged"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "gewu.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

STATIC_URL = "static/"
STATICFILES_DIRS = [("gewu", PACKAGE / "web" / "static" / "gewu")]

if ENVIRONMENT["GEWU_MAIL"].startswith("file:"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / ENVIRONMENT["GEWU_MAIL"].removeprefix("file:"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    _smtp = urlsplit(ENVIRONMENT["GEWU_MAIL"])
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname, _smtp.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp.username or "", _smtp.password or ""
    EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = "gewu@localhost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
