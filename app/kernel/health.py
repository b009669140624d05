"""Is it alive, is it ready: for the machines that watch it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, make_response
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import access, db, jobs

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@bp.get("/readyz")
@access.public
def readyz() -> Response:
    """200 when PostgreSQL and Valkey answer, 503 with the name of the one that does not."""
    states = {"database": _database(), "valkey": _valkey()}
    return make_response(jsonify(states), 200 if all(states.values()) else 503)


def _database() -> bool:
    try:
        db.session().execute(text("select 1"))
    except SQLAlchemyError:
        db.session().rollback()
        return False
    return True


def _valkey() -> bool:
    try:
        return bool(jobs.connection().ping())
    except RedisError:
        return False


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
