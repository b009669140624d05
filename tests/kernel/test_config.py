from __future__ import annotations

import pytest

from config import Config, ConfigError

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgresql://torvet@db/torvet",
    "REDIS_URL": "rediss://valkey:6379/0",
    "SMTP_URL": "smtps://mail.example.org",
    "MAIL_FROM": "Torvet <torvet@example.org>",
    "BASE_URL": "https://torvet.example.org",
    "FILES_DIR": "/srv/torvet/files",
}


def test_production_starts_when_everything_is_set() -> None:
    assert Config.from_env(GOOD).production


@pytest.mark.parametrize("missing", sorted(set(GOOD) - {"ENVIRONMENT"}))
def test_production_refuses_each_development_default(missing: str) -> None:
    environ = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(ConfigError, match=missing):
        Config.from_env(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://x"),
        ("SMTP_URL", "mail"),
        ("BASE_URL", "torvet"),
        ("DEFAULT_LANGUAGE", "sv"),
        ("MAX_UPLOAD_BYTES", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("SECRET_KEY", "short"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        Config.from_env(GOOD | {name: value})
    assert "\n" not in str(caught.value)
