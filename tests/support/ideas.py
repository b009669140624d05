"""What the tests of ideas share: filling in the form, and what came of it."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.proposals.models import Proposal
from tests.support.client import Client, Page

TITLE = "En bænk ved den gamle havn"
BODY = "Der mangler et sted at sidde, når man venter på færgen."
SQUARE = {"type": "Polygon", "coordinates": [[[10, 56], [11, 56], [11, 57], [10, 57], [10, 56]]]}
ELSEWHERE = {"type": "Polygon", "coordinates": [[[8, 56], [9, 56], [9, 57], [8, 57], [8, 56]]]}


def ideas(session: Session) -> list[Proposal]:
    return list(session.scalars(select(Proposal).order_by(Proposal.id)))


def the_idea(session: Session) -> Proposal:
    (idea,) = ideas(session)
    return idea


def fill(client: Client, page: Page, **fields: Any) -> Page:
    return client.submit(page, "main form.form", **{"title": TITLE, "body": BODY, **fields})


def picture(kind: str = "PNG") -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(content, kind)
    content.seek(0)
    return content, "billede.png"
