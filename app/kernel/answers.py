"""What becomes of the work of a request, by its answer."""

from __future__ import annotations

from flask import Response


class Unfinished(Response):
    """A refusal whose work lasts all the same: a draft that cannot be sent yet is saved as it stands."""


def lasts(response: Response) -> bool:
    """Whether what the request did is committed."""
    return response.status_code < 400 or isinstance(response, Unfinished)
