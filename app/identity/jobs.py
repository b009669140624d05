from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from app.identity import actions
from app.identity.models import MailToken, SignIn, SignUp
from app.identity.ports import SIGN_IN_LASTS
from app.kernel import clock, db, jobs

KEPT_FOR = timedelta(days=7)


@jobs.job("identity.clean", cron="27 3 * * *")
def clean() -> None:
    """Forget wishes for accounts, used links, sign-ins that ended or were left, and addresses a role was offered to."""
    long_ago = clock.now() - KEPT_FOR
    db.session().execute(delete(SignUp).where(SignUp.expires_at < long_ago))
    db.session().execute(delete(MailToken).where(MailToken.expires_at < long_ago))
    left = or_(SignIn.ended_at < long_ago, SignIn.seen_at < clock.now() - SIGN_IN_LASTS)
    db.session().execute(delete(SignIn).where(left))
    actions.close_offers()
