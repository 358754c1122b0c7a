"""Settings, all from the environment, with defaults that need no server.

``var/local.env`` (written by ``manage.py run`` at its first start) holds the keys of this installation; real
environment variables win over it.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import queues

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
VAR = Path(env.str("NOTIFYADMIN_VAR", default=str(BASE_DIR / "var"))).resolve()
(VAR / "static").mkdir(parents=True, exist_ok=True)
LOCAL_ENV = VAR / "local.env"
if LOCAL_ENV.exists():
    env.read_env(str(LOCAL_ENV))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])
if not SECRET_KEY:
    if not DEBUG and env.bool("REQUIRE_KEYS", default=False):
        raise ImproperlyConfigured("Set SECRET_KEY (and CREDENTIAL_KEYS), or run `manage.py prepare` once.")
    SECRET_KEY = "not-secret-only-for-commands-that-sign-nothing"  # noqa: S105

HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SANDBOX_PORT = env.int("SANDBOX_PORT", default=8900)
WEB_WORKERS = env.int("WEB_WORKERS", default=1)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", HOST])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Providers on loopback or private addresses are for rehearsal only: a form that takes any address is a door inwards.
ALLOW_PRIVATE_PROVIDERS = env.bool("ALLOW_PRIVATE_PROVIDERS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "notifyadmin.apps.NotifyAdminConfig",
    "providers.apps.ProvidersConfig",
    "campaigns.apps.CampaignsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "notifyadmin.web.timezones.ViewerTimezoneMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "notifyadmin.urls"
WSGI_APPLICATION = "notifyadmin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "notifyadmin.web.navigation.navigation",
                "campaigns.exports.news.context",
                "campaigns.following.hold.banner.context",
            ],
            "libraries": {"web": "notifyadmin.web.templatetags.web"},
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "generic/table.html"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'notifyadmin.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A deferred transaction that reads before it writes fails at once when another writer is quicker, whatever the
    # timeout; an immediate one waits its turn. Synchronous FULL: without it a power cut may take back the last
    # commits, and with them the intent of a request that has left, or a push that was acknowledged.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # After a large import the write-ahead log gives its space back.
            "init_command": "PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864",
        }
    )
    # A file, because locks of a database in memory are not those that production meets.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "notifyadmin.db.postgresql"
    # A server that vanished without a word is noticed within half a minute, not after the hours that systems allow.
    _noticing = {"connect_timeout": 10, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
    DATABASES["default"]["OPTIONS"] = {
        "tcp_user_timeout": 30_000,
        **_noticing,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost//")
BROKER_FOLDER = VAR / "broker"
if CELERY_BROKER_URL.startswith("filesystem"):
    for folder in ("messages", "control"):
        (BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = queues.UPKEEP
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in queues.QUEUES}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = queues.BEAT
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "notifyadmin" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["notifyadmin.formats"]

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "notifyadmin.web.assets.BootstrapFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# What is taken as a recording. Providers say nothing about sizes; ten minutes are more than anybody listens to.
VOICE_FILE_MAX_BYTES = env.int("VOICE_FILE_MAX_BYTES", default=10 * 1024 * 1024)
VOICE_FILE_MAX_SECONDS = env.int("VOICE_FILE_MAX_SECONDS", default=600)

# Lists of recipients: where they lie until they are read, how big they may be, and for how many days they are kept
# afterwards. Every web server and every worker must see the same folder.
LISTS_FOLDER = Path(env.str("LISTS_FOLDER", default=str(VAR / "lists")))
LIST_MAX_BYTES = env.int("LIST_MAX_BYTES", default=100 * 1024 * 1024)
LIST_KEEP_DAYS = env.int("LIST_KEEP_DAYS", default=7)
LIST_MAX_ROWS = env.int("LIST_MAX_ROWS", default=2_000_000)
LIST_MAX_COLUMNS = env.int("LIST_MAX_COLUMNS", default=1_000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2 * LIST_MAX_COLUMNS + 100  # each column has a choice and a name
LIST_MAX_CELL = env.int("LIST_MAX_CELL", default=32_767)
# Workbooks are packed: what they may have in them when unpacked, and how many times as much as the file itself.
LIST_MAX_UNPACKED = env.int("LIST_MAX_UNPACKED", default=1024 * 1024 * 1024)
LIST_MAX_RATIO = env.int("LIST_MAX_RATIO", default=200)

# Exports: where long ones lie until they are fetched, for how many days, and up to how many rows a list is a file at
# once. A workbook is only there when it is whole, so that fewer of its rows can be waited for. Every web server and
# every worker must see the same folder.
EXPORTS_FOLDER = Path(env.str("EXPORTS_FOLDER", default=str(VAR / "exports")))
EXPORT_KEEP_DAYS = env.int("EXPORT_KEEP_DAYS", default=7)
EXPORT_AT_ONCE_CSV = env.int("EXPORT_AT_ONCE_CSV", default=100_000)
EXPORT_AT_ONCE_XLSX = env.int("EXPORT_AT_ONCE_XLSX", default=2_000)

# Whether `run` and `demo` import the application once and copy themselves for each process, which is much quicker.
COPY_PROCESSES = env.bool("COPY_PROCESSES", default=sys.platform == "linux")

# How many worker processes of each pool run here: senders; keepers of receipts and sweeps; callers of the libraries.
WORKERS = {
    "send": env.int("SEND_WORKERS", default=4),
    "keep": env.int("KEEP_WORKERS", default=2),
    "library": env.int("LIBRARY_WORKERS", default=1),
}

# How long a worker may be silent before others take its chunks over. A working one renews its leases all the time, so
# this is only how long everything waits after a crash; shorter than a stall of the machine, and people become unknown.
DISPATCH_LEASE_SECONDS = env.int("DISPATCH_LEASE_SECONDS", default=30)

# With it nothing is sent, whatever the page says: for a restored backup or a copy, before any process starts.
HOLD_SENDING = env.bool("HOLD_SENDING", default=False)

# A reply that is nothing but one of these puts its writer on the suppression list (capitals, width and punctuation do
# not matter).
STOP_WORDS = env.list(
    "STOP_WORDS", default=["TD", "T", "N", "退订", "退訂", "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "QUIT"]
)

# Above so many recipients, or above such a cost (an amount with its currency; several with commas between them),
# somebody other than the composer must approve a campaign before it can start. 0 and nothing: no approval is needed.
APPROVAL_RECIPIENTS = env.int("APPROVAL_RECIPIENTS", default=0)
APPROVAL_COST = env.list("APPROVAL_COST", default=[])

# A scheduled campaign whose time passed longer ago than this asks before it starts: people are not called at midnight
# because a machine was off all evening.
SCHEDULE_LATE_MINUTES = env.int("SCHEDULE_LATE_MINUTES", default=15)

# After this time without a review, staff are told to look into the provider's console: no provider can be asked.
TEMPLATE_REVIEW_HOURS = env.int("TEMPLATE_REVIEW_HOURS", default=24)

# The push door: one body of this size is plenty for a thousand receipts of one provider, and no more is read. Pushes
# lie in files of this folder until the database has them, at most so many bytes per web process.
PUSH_MAX_BYTES = env.int("PUSH_MAX_BYTES", default=1024 * 1024)
PUSH_FOLDER = Path(env.str("PUSH_FOLDER", default=str(VAR / "pushes")))
PUSH_WAITING_MAX_BYTES = env.int("PUSH_WAITING_MAX_BYTES", default=1024 * 1024 * 1024)

# What left, written down outside the database, so that a restored backup is noticed before it rings anybody again. The
# folder must be local and outlive the process; the shared one (if any) is seen by every machine. Broker: see the docs.
DEPARTURES_FOLDER = Path(env.str("DEPARTURES_FOLDER", default=str(VAR / "departures")))
DEPARTURES_SHARED_FOLDER = env.str("DEPARTURES_SHARED_FOLDER", default="")
DEPARTURES_KEEP_DAYS = env.int("DEPARTURES_KEEP_DAYS", default=35)

# E-mail, for notifications: smtp+tls://name:password@host:587, for example. Without it nobody can choose e-mail.
EMAIL_IS_SET_UP = bool(env.str("EMAIL_URL", default=""))
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="notifyadmin@localhost")

HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "notifyadmin-session"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "notifyadmin.logs.RedactPushTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    # At WARNING this one quotes whole addresses, query included.
    "loggers": {"urllib3": {"level": "ERROR"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
