"""One settings file, by section; every value comes from the environment (see .env.example)."""

from pathlib import Path

from csp.constants import NONE, SELF

from uep import env, secrets_store
from uep.postgres import database_settings

BASE_DIR = Path(__file__).resolve().parent.parent

# Mode ---------------------------------------------------------------------------------------------------------------
# development: secrets are made once under VAR_DIR; production: everything is given, or the start is refused (uep.checks).
PRODUCTION = env.text("UEP_MODE", "development") == "production"
DEBUG = env.flag("DEBUG")
VAR_DIR = Path(env.text("VAR_DIR") or BASE_DIR / "var")

# Secrets ------------------------------------------------------------------------------------------------------------
SECRET_KEY = secrets_store.secret("SECRET_KEY", VAR_DIR, production=PRODUCTION)
# key id -> base64 of 32 bytes; the first one encrypts, all of them decrypt (design, law 6).
SEALING_KEYS = secrets_store.keys("SEALING_KEYS", VAR_DIR, production=PRODUCTION)
BLIND_INDEX_KEY = secrets_store.secret("BLIND_INDEX_KEY", VAR_DIR, production=PRODUCTION)

# Web ----------------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")  # printed in QR codes
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "uep.urls"
WSGI_APPLICATION = "uep.wsgi.application"
APPEND_SLASH = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_PROXY = env.flag("BEHIND_PROXY")  # one proxy of ours, which writes X-Forwarded-For and X-Forwarded-Proto
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The capped one stops writing a body that is larger than any file we take, so that nobody can fill /tmp.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "uep.files.uploading.CappedUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# Apps ---------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    "uep.ui",
    "uep.access",
    "uep.office",
    "uep.registry",
    "uep.accounts",
    "uep.files",
    "uep.documents",
    "uep.social",
    "proposals",
    "verification",
    "decrees",
    "distribution",
    "notices",
    "oversight",
    "uep",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "uep.access.middleware.PermissionsPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "uep.access.middleware.DeclaredAccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Database -----------------------------------------------------------------------------------------------------------
# DATABASE_URL, or the embedded server (uep.postgres) when it is unset. PostgreSQL only.
DATABASES = {"default": database_settings(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Off on purpose: an action opens its own transaction, so that a page that only reads holds none.
ATOMIC_REQUESTS = False
PGHISTORY_APPEND_ONLY = True

# People -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "oversight:desk"
# Keyed on name and address together: one mistyped password must not lock a whole office behind one router.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "uep.access.middleware.address_of"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password"]

# Language and time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Pontianak")  # WIB
USE_THOUSAND_SEPARATOR = False

# Pages --------------------------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "crispy_forms.templatetags.crispy_forms_tags",
                "uep.ui.templatetags.ui",
                "uep.access.templatetags.acts",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "uep.office.queries.office_on_every_page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Files --------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"  # private: no URL leads here, uep.files.serve does after a rule
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Jobs ---------------------------------------------------------------------------------------------------------------
# Two at a time: a long annex does not hold up a notice. The heartbeat tells a dead worker from a busy one (uep.tasks).
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "update_heartbeat_interval": 3, "stalled_worker_timeout": 15}

# Signatures -------------------------------------------------------------------------------------------------------------
# How each post signs (uep.documents.signing): role -> method; role or * -> the PKCS#12 file or the token of its key.
SIGNING_METHODS = env.pairs("SIGNING_METHODS", allowed=("system", "certificate", "bsre", "ink"))
SIGNING_KEYS = env.pairs("SIGNING_KEYS")
SIGNING_TIMESTAMPS = env.text("SIGNING_TIMESTAMPS")  # address of a timestamp service (RFC 3161)
SIGNING_TRUST = env.text("SIGNING_TRUST")  # PEM file: the roots whose signatures count as certified
SIGNING_LONG_TERM = env.flag("SIGNING_LONG_TERM")  # ask whether certificates are revoked, and keep the answers (B-LT)
# The Esign Client Service of BSrE in the institution's network.
BSRE_URL = env.text("BSRE_URL")
BSRE_VERSION = env.number("BSRE_VERSION", 2)
BSRE_USER = env.text("BSRE_USER")
BSRE_PASSWORD = env.text("BSRE_PASSWORD")
BSRE_CA = env.text("BSRE_CA")  # PEM file: the authority of its TLS certificate, where the machine does not know it
BSRE_SECONDS = env.number("BSRE_SECONDS", 60)  # the longest that one signature may take
BSRE_STAMP = env.text(
    "BSRE_STAMP"
)  # left:bottom:width:height in mm on the last page; empty: no mark but the paper's own

# Mail -----------------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "uep@localhost")

# Checks and logs ----------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
