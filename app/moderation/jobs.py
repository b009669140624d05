from __future__ import annotations

from app.kernel import jobs
from app.moderation.notices import actions as notices


@jobs.job("moderation.forget_notifiers", cron="43 3 * * *")
def forget_notifiers() -> None:
    """Empty names and addresses of people without an account whose reports were settled long ago."""
    notices.forget()
