"""Torvet, the digital square: the application factory and its table of contents."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.kernel.web import Torvet
    from config import Config

FEATURES = (
    "identity",
    "places",
    "activity",
    "moderation",
    "organisations",
    "deliberation",
    "challenges",
    "proposals",
    "budgeting",
    "conversations",
    "partnerships",
    "resources",
    "notifications",
    "search",
    "opendata",
    "insight",
    "demo",
)
"""The features in dependency order: each may import those above it, none below."""

ROUTES_OF_PARTS = ("views", "desk")
"""A part of a feature adds routes to the blueprints of its feature."""
ROLES_TO_LOAD = ("models", "ports", "jobs", "views", "desk", "api", "cli")

STAND_ALONE = {("budgets", verb): "budgeting" for verb in ("tally", "check", "convert")}
"""Commands that need no square but the `cli` of their feature (docs/decisions/commands-that-stand-alone.md)."""


def create_app(config: Config | None = None) -> Torvet:
    """Build the application: kernel first, then every feature's routes, jobs and commands."""
    from app.kernel import db, web
    from config import Config

    app = web.build(config or Config.from_env())
    for feature in FEATURES:
        load_feature(app, feature)
    db.finish()
    return app


def load_feature(app: Torvet, feature: str) -> None:
    """Import the roles a feature has, then register what they offer: public and staff routes may share a blueprint."""
    if find_spec(f"app.{feature}") is None:
        return
    modules = [import_module(name) for name in roles_of(f"app.{feature}", ROLES_TO_LOAD)]
    for part in iter_modules(import_module(f"app.{feature}").__path__, f"app.{feature}."):
        if part.ispkg:
            modules += [import_module(name) for name in roles_of(part.name, ROUTES_OF_PARTS)]
    for module in modules:
        if hasattr(module, "init_app"):
            module.init_app(app)
        if hasattr(module, "cli"):
            app.cli.add_command(module.cli)
    for blueprint in dict.fromkeys(module.bp for module in modules if hasattr(module, "bp")):
        app.register_blueprint(blueprint)


def roles_of(package: str, roles: tuple[str, ...]) -> list[str]:
    """The modules of these roles that a package has."""
    return [f"{package}.{role}" for role in roles if find_spec(f"{package}.{role}") is not None]
