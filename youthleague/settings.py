"""Settings: the environment is read here and nowhere else; a wrong value stops the start with a sentence."""

import math
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from youthleague.protection.keyfile import KeyFileError, load_key_file
from youthleague.protection.logs import configure_structlog, logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _positive(name: str, default: float) -> float:
    """Read a number above zero, or stop the start naming the variable."""
    try:
        value = float(env.str(name, default=str(default)))
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ImproperlyConfigured(f"环境变量 {name} 应为大于零的数字。")
    return value


def _flag(name: str, *, default: bool = False) -> bool:
    """Read 0 or 1, or stop the start naming the variable."""
    text: str = env.str(name, default="1" if default else "0")
    if text not in {"0", "1"}:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 0 或 1。")
    return text == "1"


def _choice(name: str, choices: tuple[str, ...]) -> str:
    """Read one of a few words, the first by default, or stop the start naming the variable."""
    text: str = env.str(name, default=choices[0])
    if text not in choices:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {' 或 '.join(choices)}。")
    return text


def _count(name: str, default: int) -> int:
    """Read a whole number from zero on, or stop the start naming the variable."""
    text = env.str(name, default=str(default))
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"环境变量 {name} 应为不小于零的整数。")
    return int(text)


def _directory(name: str, default: Path) -> Path:
    """Read where a folder is or will be, or stop the start naming the variable: nothing on the way may be a file."""
    path = Path(env.str(name, default=str(default))).resolve()
    if any(one.exists() and not one.is_dir() for one in (path, *path.parents)):
        raise ImproperlyConfigured(f"环境变量 {name} 应为文件夹，{path} 不是文件夹。")
    return path


def _address(name: str, default: str, form: str, pattern: str) -> str:
    """Read an address of the given form, or stop the start naming the variable; empty is as if it were not set."""
    text: str = env.str(name, default="") or default
    if text and not re.fullmatch(pattern, text):
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {form}。")
    return text


def _addresses(name: str, default: list[str], form: str, pattern: str) -> list[str]:
    """Read addresses separated by commas, or stop the start naming the variable."""
    texts = [text.strip() for text in env.list(name, default=default) if text.strip()]
    if not all(re.fullmatch(pattern, text) for text in texts):
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {form}，多个之间用逗号分隔。")
    return texts


def _database(default: str) -> dict[str, Any]:
    """Read where the database is; what was written is not repeated, it holds a password."""
    form = "postgres://用户:密码@主机:端口/库名 或 sqlite:///文件路径"
    text = _address("DATABASE_URL", default, form, r"(postgres(ql)?://[^/]*|sqlite://)/.+")
    try:
        return {"OPTIONS": {}, **env.db_url_config(text)}
    except ValueError:  # a port that is no number
        raise ImproperlyConfigured(f"环境变量 DATABASE_URL 应为 {form}。") from None


def _mail_settings(default: str) -> dict[str, Any]:
    """Read how e-mail leaves; what was written is not repeated, it holds a password."""
    form = "smtp://用户:密码@主机:端口、smtp+tls://…、smtp+ssl://… 或 filemail:///文件夹"
    text = _address("EMAIL_URL", default, form, r"(smtp(\+(tls|ssl))?://([^\s/]*@)?[^\s/@]+|filemail:///.+)")
    try:
        return dict(env.email_url_config(text))
    except ValueError:  # a port that is no number
        raise ImproperlyConfigured(f"环境变量 EMAIL_URL 应为 {form}。") from None


# ---- where things are -------------------------------------------------------
VAR_DIR = _directory("VAR_DIR", BASE_DIR / "var")
KEY_FILE = Path(env.str("KEY_FILE", default=str(VAR_DIR / "keys.json")))
UPLOAD_DIR = VAR_DIR / "uploads"
LEASE_DIR = VAR_DIR / "leases"
MEDIA_ROOT = VAR_DIR / "files"

# ---- modes ------------------------------------------------------------------
DEBUG = _flag("DEBUG")
DEMO = _flag("DEMO")
PLAIN_HTTP = _flag("PLAIN_HTTP", default=DEMO)
SITE_NAME = env.str("SITE_NAME", default="示范区")

try:
    SECRET_KEY = load_key_file(KEY_FILE).secret_key
except KeyFileError as error:
    raise ImproperlyConfigured(str(error)) from error

ALLOWED_HOSTS = _addresses(
    "ALLOWED_HOSTS",
    ["127.0.0.1", "localhost"],
    "主机名（不带协议、端口和路径）",
    r"\*|\.?[\w-][\w.-]*|\[[0-9A-Fa-f:.]+\]",
)
CSRF_TRUSTED_ORIGINS = _addresses("CSRF_TRUSTED_ORIGINS", [], "以 https:// 开头的网址", r"https?://[^\s/]+")

# ---- applications -----------------------------------------------------------
INSTALLED_APPS = [
    "youthleague.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_structlog",
    "django_tables2",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "import_export",
    "simple_history",
    "youthleague.protection",
    "youthleague.audit",
    "orgs",
    "youthleague.notices",
    "youthleague.sheets",
    "cadres",
    "linkage",
    "appraisal",
    "youthleague.workbench",
    *env.list("EXTRA_APPS", default=[]),
]

MIDDLEWARE = [
    "orgs.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "orgs.middleware.LoopbackOnlyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orgs.middleware.RequestLogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "youthleague.workbench.middleware.DatabaseDownMiddleware",
    "youthleague.workbench.middleware.NulMiddleware",
    "orgs.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    *env.list("EXTRA_MIDDLEWARE", default=[]),
]

ROOT_URLCONF = "youthleague.urls"
WSGI_APPLICATION = "youthleague.wsgi.application"
ASGI_APPLICATION = "youthleague.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "youthleague.workbench.context_processors.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# ---- database ---------------------------------------------------------------
DATABASES = {"default": _database(f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] |= {"options": "-c jit=off -c statement_timeout=15000"}

# ---- language and time ------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# ---- static files -----------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# ---- accounts ---------------------------------------------------------------
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "orgs.backends.RoleBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_PROFILE = _choice("PASSWORD_PROFILE", ("dengbao", "asvs"))
PASSWORD_HASHERS = ["youthleague.protection.hashers.ModestArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "orgs.validators.LengthValidator"},
    {"NAME": "orgs.validators.ClassesValidator"},
    {"NAME": "orgs.validators.OwnNameValidator"},
    {"NAME": "orgs.validators.NumbersValidator"},
    {"NAME": "orgs.validators.KeyboardValidator"},
    {"NAME": "orgs.validators.LeagueWordsValidator"},
    {"NAME": "orgs.validators.CommonValidator"},
    {"NAME": "orgs.validators.FormerPasswordsValidator"},
]
SESSION_IDLE_SECONDS = 1800
OTP_LOGIN_URL = "otp-verify"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
# How many proxies of ours stand in front and append to X-Forwarded-For; what others put there is not believed.
PROXY_COUNT = _count("PROXY_COUNT", 0 if PLAIN_HTTP else 1)
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# By name and address together: a whole township stands behind one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "orgs.services.sign_in.axes_username"
AXES_CLIENT_IP_CALLABLE = "orgs.middleware.axes_address"
AXES_IPWARE_PROXY_COUNT = PROXY_COUNT
AXES_LOCKOUT_CALLABLE = "orgs.views.sign_in.locked_out"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False

# ---- logs -------------------------------------------------------------------
configure_structlog()
LOGGING = logging_settings(readable=DEMO or DEBUG)
DEFAULT_EXCEPTION_REPORTER_FILTER = "youthleague.protection.tracebacks.SilentReporterFilter"
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # the beginning of a request is a detail, its end a line of the access log
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20

# ---- exports of the back office ----------------------------------------------
# Without these any account of the back office could export, and import, every table that has the package's pages.
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"

# ---- what leaves the house ----------------------------------------------------
SITE_URL = _address(
    "SITE_URL", "", "以 http:// 或 https:// 开头、不带末尾斜线的网址", r"https?://[^\s/]+(/[^\s]*[^\s/])?"
)
_mail = _mail_settings(f"filemail://{VAR_DIR / 'mail'}")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = f"/{_mail['EMAIL_FILE_PATH']}"
EMAIL_HOST = _mail["EMAIL_HOST"] or ""
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = ("EMAIL_USE_TLS" in _mail, "EMAIL_USE_SSL" in _mail)
DEFAULT_FROM_EMAIL = _address("EMAIL_FROM", "portal@localhost", "邮箱地址", r"[^\s@<>]+@[^\s@<>]+")
EMAIL_TIMEOUT = 20
# Hosts, with their port where it is not the usual one, to which group robots are spoken; a relay of an intranet.
ROBOT_HOSTS = _addresses(
    "ROBOT_HOSTS",
    ["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"],
    "主机名，可带端口",
    r"[\w.-]+(:\d+)?",
)
ROBOT_RELAY = _address("ROBOT_RELAY", "", "以 http:// 或 https:// 开头、不带路径的网址", r"https?://[^\s/]+")

# ---- queue: the database row is the truth, the message a nudge ---------------
REDIS_URL = _address(
    "REDIS_URL", "", "redis://主机:端口/库号", r"rediss?://(\S*@)?(\[[0-9A-Fa-f:]+\]|[^\s:/@]+)(:\d+)?(/\d*)?(\?\S*)?"
)
QUEUE_DIR = VAR_DIR / "queue"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 3600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
else:
    for _folder in (VAR_DIR, QUEUE_DIR, QUEUE_DIR / "control"):
        _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.2,  # a busy worker takes one message each time that it looks
    }
SWEEP_SECONDS = _positive("SWEEP_SECONDS", 15)
OUTBOX_SECONDS = _positive("OUTBOX_SECONDS", 60)
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = min(SWEEP_SECONDS, 5)


def _every(seconds: float) -> dict[str, object]:
    return {"schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {
    "sheets-sweep": {"task": "youthleague.sheets.tasks.sweep", **_every(SWEEP_SECONDS)},
    "notices-outbox": {"task": "youthleague.notices.tasks.deliver", **_every(OUTBOX_SECONDS)},
    "audit-anchor": {"task": "youthleague.audit.tasks.anchor", "schedule": crontab(hour="3", minute="10")},
    "audit-verify": {"task": "youthleague.audit.tasks.verify", "schedule": crontab(hour="3", minute="30")},
    "clear-evidence": {"task": "linkage.tasks.clear_evidence", "schedule": crontab(hour="3", minute="15")},
    "clear-sessions": {"task": "orgs.tasks.clear_sessions", "schedule": crontab(hour="3", minute="20")},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE

# ---- the browser ------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SESSION_COOKIE_NAME = "sid" if PLAIN_HTTP else "__Host-sid"
SESSION_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
# Not in a cookie: what a page has just done may name people.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "csrf" if PLAIN_HTTP else "__Host-csrf"
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "youthleague.workbench.views.errors.csrf_failure"
