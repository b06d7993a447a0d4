"""Django's settings, all from the environment. docs/settings.md lists the variables."""

import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from gateway.core import env, production
from gateway.core.database_url import SQLITE, parse_database_url, sqlite_file
from gateway.core.http import egress

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR") or BASE_DIR / "var").resolve()
PRODUCTION = env.text("GATEWAY_ENV") == "production"
TESTING = "pytest" in sys.modules

DEBUG = env.flag("DJANGO_DEBUG", default=False)
# Django's page of an error shows no variable: credentials may be among them.
DEFAULT_EXCEPTION_REPORTER_FILTER = "gateway.core.http.reports.NothingShown"
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if PRODUCTION else LOOPBACK_NAMES)


def _secret(name: str, make: Any) -> str:
    return env.secret(name, directory=DATA_DIR, make=make, production=PRODUCTION)


SECRET_KEY = _secret("SECRET_KEY", lambda: secrets.token_urlsafe(48))
# Fernet keys, newest first, separated by commas: the first one encrypts, all of them decrypt.
CREDENTIAL_KEYS = _secret("CREDENTIAL_KEYS", lambda: Fernet.generate_key().decode()).split(",")
if PRODUCTION:
    production.check(
        debug=DEBUG,
        allowed_hosts=ALLOWED_HOSTS,
        secret_key=SECRET_KEY,
        credential_keys=CREDENTIAL_KEYS,
    )

# Which secrets of the gateway's own may stand for a credential: see gateway.core.references.
CREDENTIAL_REFERENCES = env.words("CREDENTIAL_REFERENCES", ())
# Which identities of the gateway's own may be used at AWS: see inventory.providers.ec2.identities.
AWS_IDENTITIES = env.words("AWS_IDENTITIES", ())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "gateway",
    "gateway.core.accounts",
    "gateway.core.audit",
    "gateway.core.webhooks",
    "inventory",
    "jobs",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gateway.core.http.headers.SecurityHeadersMiddleware",
    "gateway.core.http.preflight.PreflightMiddleware",
]
# Pages of other sites, as https://dashboard.example.org, that may ask the API from a browser.
CORS_ALLOWED_ORIGINS = env.words("CORS_ORIGINS")
CORS_URLS_REGEX = r"^/(graphql|export/)"
CORS_ALLOW_METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
CORS_ALLOW_HEADERS = (
    *("accept", "authorization", "content-type", "if-none-match"),
    # https://www.w3.org/TR/trace-context/, and by which name and version a client is known.
    *("traceparent", "tracestate"),
    *("apollographql-client-name", "apollographql-client-version"),
    *("graphql-client-name", "graphql-client-version"),
    "x-graphql-event-stream-token",
)
CORS_EXPOSE_HEADERS = ("Retry-After", "ETag")
if CORS_ALLOWED_ORIGINS:
    INSTALLED_APPS.append("corsheaders")  # its checks refuse what is no origin
    # Behind ours: it answers the preflights of every origin, also of those that may not ask.
    MIDDLEWARE.append("corsheaders.middleware.CorsMiddleware")
ROOT_URLCONF = "gateway.urls"
WSGI_APPLICATION = "gateway.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "gateway" / "templates"],
    }
]
APPEND_SLASH = False
STATIC_URL = "/static/"
# Production serves what `collectstatic` gathered; else files are found where they lie. An image
# holds its own, outside of DATA_DIR: a volume there would go on serving those of an older image.
STATIC_ROOT = env.text("STATIC_ROOT") or (DATA_DIR / "static" if PRODUCTION else None)
WHITENOISE_USE_FINDERS = not PRODUCTION
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Database: SQLite beside the data, or DATABASE_URL -------------------------------------------

SQLITE_OPTIONS = {
    # Deferred transactions are refused at once when two threads write, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

# libpq's, in seconds and, for the last, milliseconds: a server that is away is noticed by then.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
POSTGRESQL_OPTIONS = {
    "pool": {"most": 20, "wait_seconds": 20},
    "connect_timeout": 2,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def _database() -> dict[str, Any]:
    url = env.text_or_file("DATABASE_URL")
    config = parse_database_url(url) if url else sqlite_file(DATA_DIR / "gateway.sqlite3")
    if config["ENGINE"] == SQLITE:
        config["ENGINE"] = "gateway.core.sqlite"
        config["OPTIONS"] = SQLITE_OPTIONS
        config["CONN_MAX_AGE"] = None
        # A shared in-memory database cannot be opened by the worker processes of the tests.
        config["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    else:
        config["ENGINE"] = "gateway.core.postgresql"
        config["OPTIONS"] = POSTGRESQL_OPTIONS | config.get("OPTIONS", {})
        config["CONN_MAX_AGE"] = 0  # a thread gives its connection back to the pool
    return config


DATABASES = {"default": _database()}

# --- Redis, Celery -------------------------------------------------------------------------------

REDIS_URL = env.text_or_file("REDIS_URL") or "redis://127.0.0.1:6379/0"
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 3,
    "socket_timeout": 30,
    "visibility_timeout": 600,
    # How often kombu looks for messages that a worker held when it died: every 2 x 1 seconds.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
# A message is acknowledged when its step has ended, so a worker takes no more messages than it has
# free threads, and the next free thread takes what is most urgent then. No job depends on a
# message: its row and the sweep replace a lost one, and one that comes twice finds the step taken.
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True  # a job's result is on its row
# A mutation answers at once while the broker is down; the sweep dispatches the job later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # Beat goes on while no worker is there; one sweep is as good as a hundred.
    "sweep": {"task": "jobs.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "prune": {"task": "inventory.prune", "schedule": 60 * 60.0},
    "webhooks": {"task": "webhooks.send", "schedule": 5.0, "options": {"expires": 10}},
    "webhooks-prune": {"task": "webhooks.prune", "schedule": 60 * 60.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TIMEZONE = "UTC"
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 15, minimum=1)
# How many jobs of one provider may run a step at the same time: a worker has 80 threads for all.
JOBS_PER_PROVIDER = int(env.number("JOBS_PER_PROVIDER", 8, minimum=1))
JOB_DEADLINE_SECONDS = env.number("JOB_DEADLINE_SECONDS", 15 * 60, minimum=1)
# A planned run that could not start in time may start this much later; after that it is missed.
SCHEDULE_GRACE_SECONDS = env.number("SCHEDULE_GRACE_SECONDS", 5 * 60, minimum=10)

# --- Live reads ----------------------------------------------------------------------------------

LIVE_MAX_AGE = env.number("LIVE_MAX_AGE", 5)
LIVE_DEADLINE_MS = int(env.number("LIVE_DEADLINE_MS", 10_000, minimum=100))
# Threads of each web process that call clouds. One owner of providers gets a quarter at most, and
# less while others call theirs: gateway.core.fair_pool.
LIVE_POOL_SIZE = int(env.number("LIVE_POOL_SIZE", 640, minimum=1))
# Limits for all replies of a cloud to one task together: inventory.providers.reply_limits.
CLOUD_REPLIES_MIB = int(env.number("CLOUD_REPLIES_MIB", 512, minimum=1))
CLOUD_OBJECTS = int(env.number("CLOUD_OBJECTS", 250_000, minimum=1))
# The API key by which refresh_prices reads the prices of Google.
GOOGLE_PRICES_KEY = env.text_or_file("GOOGLE_PRICES_KEY")
# Sources that one operation may ask at once: inventory.schema.source_limit.
MAX_SOURCES = int(env.number("MAX_SOURCES", 1000, minimum=1))
CHANGES_KEPT_DAYS = env.number("CHANGES_KEPT_DAYS", 30, minimum=1)
# Containers that were removed or are listed no more.
GONE_CONTAINERS_KEPT_DAYS = env.number("GONE_CONTAINERS_KEPT_DAYS", 7, minimum=1)
WEBHOOK_DELIVERIES_KEPT_DAYS = env.number("WEBHOOK_DELIVERIES_KEPT_DAYS", 7, minimum=1)
# Where clouds may be that are not in the open internet: gateway.core.http.egress says how to list
# them. Loopback is where the demo's clouds are, and those that developers start.
EGRESS_ALLOW = env.words("EGRESS_ALLOW", () if PRODUCTION else ("127.0.0.0/8", "::1"))
egress.check_entries(EGRESS_ALLOW)
SIMULATOR_DIR = DATA_DIR / "simulator"

# --- HTTP and GraphQL ----------------------------------------------------------------------------

# How many reverse proxies stand before us. Each adds an address to X-Forwarded-For; what a client
# itself put there is further to the left, and never read.
TRUSTED_PROXIES = int(env.number("TRUSTED_PROXIES", 0))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = int(env.number("HSTS_SECONDS", 31_536_000)) if PRODUCTION else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # gateway.core.http.headers sends X-Frame-Options
    "security.W003",  # no cookie authenticates anything, so there is nothing to forge
    "security.W005",  # whether other names under this one have HTTPS is not ours to say
    "security.W008",  # the proxy redirects to HTTPS; plain HTTP never leaves its network
    "security.W021",  # see W005
]

# Threads of each web process. A client gets a quarter at most, and less while others use theirs: of
# two web processes one may get well over half of the connections, and of 200 clients of one user,
# who wait for clouds, about 130 should find a thread.
FRONT_THREADS = int(env.number("FRONT_THREADS", 640, minimum=1))
MAX_BODY_BYTES = int(env.number("MAX_BODY_BYTES", 1024 * 1024, minimum=1024))
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# Written when the demo clouds are connected; /readyz waits for it where it is named.
DEMO_READY_FILE = env.text("DEMO_READY_FILE")
# DEMO=1: the demo stays when an account of your own is connected.
DEMO_KEPT = env.flag("DEMO", default=False)
# Streams of each web process: of all users, and of one user. The threads query the database.
STREAMS_PER_PROCESS = int(env.number("STREAMS_PER_PROCESS", 1500, minimum=1))
STREAMS_PER_USER = int(env.number("STREAMS_PER_USER", 600, minimum=1))
STREAM_THREADS = 32
# Exports of each web process: of all users, and of one. A page of an export takes a thread.
EXPORTS_PER_PROCESS = 64
EXPORTS_PER_USER = 4
EXPORT_THREADS = 8
GRAPHQL_LIMITS = {
    "tokens": 5_000,
    "depth": 12,
    "aliases": 60,
    "root_fields": 60,
    "directives": 60,
    "fields": 5_000,
    "repeated_fields": 200,
    "introspections": 5,
    "cost": 100_000,
}
# Points (gateway.core.graphql.cost) of one user: as many at once, and as many again each second.
# 0 per second: no budget.
GRAPHQL_BUDGET = {
    "per_second": int(env.number("BUDGET_PER_SECOND", 50_000)),
    "burst": int(env.number("BUDGET_BURST", 500_000, minimum=GRAPHQL_LIMITS["cost"])),
}
# Points of all clients of one address that are not logged in.
GRAPHQL_ANONYMOUS_BUDGET = {
    "per_second": int(env.number("ANONYMOUS_BUDGET_PER_SECOND", 10_000)),
    "burst": int(env.number("ANONYMOUS_BUDGET_BURST", 200_000, minimum=GRAPHQL_LIMITS["cost"])),
}
# How long the answer to a query may take; what clouds take has deadlines of its own.
REQUEST_SECONDS = env.number("REQUEST_SECONDS", 30, minimum=1)
# Introspection and suggestions help users, and also attackers. The schema is no secret, so both are
# on. Without introspection there are no suggestions, unless GRAPHQL_SUGGESTIONS turns them on.
GRAPHQL_INTROSPECTION = env.flag("GRAPHQL_INTROSPECTION", default=True)
GRAPHQL_SUGGESTIONS = env.flag("GRAPHQL_SUGGESTIONS", default=GRAPHQL_INTROSPECTION)
GRAPHIQL = env.flag("GRAPHIQL", default=not PRODUCTION)
# Off: graphql-core's own executor, which gives the same answers and takes longer for them.
GRAPHQL_COMPILED_EXECUTION = env.flag("GRAPHQL_COMPILED_EXECUTION", default=True)
LOGIN_LIMITS = {
    "account_per_minute": int(env.number("LOGINS_PER_ACCOUNT", 20, minimum=1)),
    "address_per_minute": int(env.number("LOGINS_PER_ADDRESS", 120, minimum=1)),
}

GRAPHENE = {"SCHEMA": "gateway.schema.schema", "SCHEMA_OUTPUT": "schema.graphql"}
# Refresh tokens are rows of ours: docs/decisions/0045.
REFRESH_TOKEN_SECONDS = int(env.number("REFRESH_TOKEN_SECONDS", 7 * 24 * 60 * 60, minimum=60))
# For how long a refresh token that was used brings the same client the same successor again.
REFRESH_GRACE_SECONDS = 10
GRAPHQL_JWT = {
    "JWT_SECRET_KEY": SECRET_KEY,
    "JWT_ALGORITHM": "HS256",
    "JWT_AUTH_HEADER_PREFIX": "JWT",
    "JWT_VERIFY_EXPIRATION": True,
    "JWT_EXPIRATION_DELTA": timedelta(
        seconds=int(env.number("ACCESS_TOKEN_SECONDS", 60 * 60, minimum=60))
    ),
    # For how long after the login an access token can be renewed by itself.
    "JWT_REFRESH_EXPIRATION_DELTA": timedelta(days=1),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "gateway.core.logging.RedactingFilter"}},
    "formatters": {"line": {"()": "gateway.core.logging.LineFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.utils.autoreload": {"level": "WARNING"},
        "celery": {"level": env.text("LOG_LEVEL", "WARNING")},
        "kombu": {"level": "WARNING"},
    },
}
