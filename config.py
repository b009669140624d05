"""The settings of Torvet, typed, read from the environment and checked at start."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_KEY = "development-only-key-never-use-in-production"
SERVICES_FILE = ROOT / "var" / "services.env"


class ConfigError(ValueError):
    """A setting is missing or wrong; the message names it and says what to do."""


MOST_FILES = 5
"""How many files a form invites to send at once."""


@dataclass(frozen=True)
class Config:
    """All settings. Every field is an environment variable of the same name in capitals."""

    environment: str = "development"
    secret_key: str = DEVELOPMENT_KEY
    database_url: str = "postgresql://postgres@127.0.0.1:5432/torvet"
    redis_url: str = "redis://127.0.0.1:6379/0"
    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "Torvet <torvet@localhost>"
    base_url: str = "http://127.0.0.1:8000"
    files_dir: str = str(ROOT / "var" / "files")
    mail_dir: str = str(ROOT / "var" / "mails")
    cvr_register: str = ""
    tile_url: str = ""
    tile_attribution: str = ""
    default_language: str = "da"
    max_upload_bytes: int = 12 * 1024 * 1024
    proxies: int = 0
    keep_seconds: int = 30
    log_level: str = "INFO"

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the driver named, as SQLAlchemy wants it."""
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else self.database_url

    @property
    def max_request_bytes(self) -> int:
        """The most that is sent at once: as many files as a form invites, and room for its words."""
        return MOST_FILES * self.max_upload_bytes + 1024 * 1024

    @property
    def limits_url(self) -> str:
        """The address of Valkey as the counter of rate limits writes it."""
        return f"redis+{self.redis_url}" if self.redis_url.startswith("unix:") else self.redis_url

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the settings; raise ConfigError with one sentence per fault."""
        values = _with_local_services(os.environ) if environ is None else environ
        fields = {name: values[name.upper()] for name in cls.__dataclass_fields__ if name.upper() in values}
        numbers = {
            name: _integer(name, fields.pop(name))
            for name in ("max_upload_bytes", "proxies", "keep_seconds")
            if name in fields
        }
        config = cls(**fields, **numbers)  # type: ignore[arg-type]
        faults = list(_faults(config))
        if faults:
            raise ConfigError("\n".join(faults))
        return config


def _with_local_services(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, over what the local square wrote down about its own servers."""
    local: dict[str, str] = {}
    if environ.get("ENVIRONMENT", "development") == "development" and SERVICES_FILE.exists():
        pairs = (line.split("=", 1) for line in SERVICES_FILE.read_text().splitlines() if "=" in line)
        local = {key.strip(): value.strip() for key, value in pairs}
    return local | dict(environ)


def _integer(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ConfigError(f"{name.upper()} must be a whole number, not “{value}”.") from None


def _faults(config: Config) -> list[str]:
    faults = []
    if config.environment not in {"development", "test", "production"}:
        faults.append(f"ENVIRONMENT must be development, test or production, not “{config.environment}”.")
    if urlsplit(config.sqlalchemy_url).scheme != "postgresql+psycopg":
        faults.append("DATABASE_URL must start with postgresql://: Torvet runs on PostgreSQL only.")
    if urlsplit(config.redis_url).scheme not in {"redis", "rediss", "unix"}:
        faults.append("REDIS_URL must start with redis://, rediss:// or unix://.")
    if urlsplit(config.smtp_url).scheme not in {"smtp", "smtps"}:
        faults.append("SMTP_URL must start with smtp:// or smtps://.")
    if urlsplit(config.base_url).scheme not in {"http", "https"}:
        faults.append("BASE_URL must start with http:// or https://.")
    if config.cvr_register and not (config.cvr_register.startswith("https://") and "{cvr}" in config.cvr_register):
        faults.append("CVR_REGISTER must be an https:// address with {cvr} in it, or empty.")
    if config.default_language not in {"da", "en"}:
        faults.append("DEFAULT_LANGUAGE must be da or en.")
    if config.log_level not in logging.getLevelNamesMapping():
        faults.append("LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    if config.production:
        faults.extend(_production_faults(config))
    return faults


def _production_faults(config: Config) -> list[str]:
    faults = []
    defaults = Config()
    if config.secret_key == DEVELOPMENT_KEY or len(config.secret_key) < 32:
        faults.append("SECRET_KEY must be set to at least 32 random characters in production.")
    if urlsplit(config.base_url).scheme == "http":
        faults.append("BASE_URL must be an https:// address in production.")
    for name in ("database_url", "redis_url", "smtp_url", "mail_from", "files_dir"):
        if getattr(config, name) == getattr(defaults, name):
            faults.append(f"{name.upper()} must be set in production: the development default is refused.")
    return faults
