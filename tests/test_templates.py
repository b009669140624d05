"""Templates: they compile, are used, ask no database, and name only what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from jinja2 import nodes

from config import ROOT

TEMPLATES = ROOT / "templates"
LETTER = {"subject.txt", "body.txt", "body.html"}
LIBRARIES = ("components/", "layouts/", "dev/")
"""Kept for whoever needs them next; the style guide shows them all."""
NAMED_IN_CODE = re.compile(r"[\"']([\w/-]+/[\w-]+\.(?:html|txt))[\"']")
EVENT_IN_CODE = re.compile(r"mail\.queue\(\s*\"([\w./-]+)\"")


def names() -> list[str]:
    return sorted(
        str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.*") if file.suffix in {".html", ".txt"}
    )


def parsed(app: Flask) -> Iterator[tuple[str, nodes.Template]]:
    for name in names():
        yield name, app.jinja_env.parse((TEMPLATES / name).read_text(), name)


def calls(tree: nodes.Template, function: str) -> Iterator[str]:
    """The constant first arguments with which a template calls a function."""
    for call in tree.find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.node.name == function
        if named and call.args and isinstance(call.args[0], nodes.Const):
            yield str(call.args[0].value)


def code() -> str:
    return "\n".join(file.read_text() for file in (ROOT / "app").rglob("*.py"))


def test_every_template_compiles(worker_app: Flask) -> None:
    for name in names():
        worker_app.jinja_env.get_template(name)


def test_every_template_is_used(worker_app: Flask) -> None:
    used = set(NAMED_IN_CODE.findall(code())) | {f"email/{event}/{part}" for event in events() for part in LETTER}
    used |= {f"errors/{number}.html" for number in (400, 403, 404, 409, 413, 422, 429, 500, 503)}
    for _, tree in parsed(worker_app):
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Call)):
            used |= {str(constant.value) for constant in node.find_all(nodes.Const)}
    unused = sorted(name for name in set(names()) - used if not name.startswith(LIBRARIES) and not named_by_stem(name))
    assert not unused, "\n".join(unused)


def named_by_stem(name: str) -> bool:
    """Whether the template's own feature names it without folder and ending."""
    sources = (ROOT / "app" / Path(name).parts[0]).rglob("*.py")
    return any(f'"{Path(name).stem}"' in file.read_text() for file in sources)


def test_every_template_named_in_code_exists() -> None:
    missing = set(NAMED_IN_CODE.findall(code())) - set(names())
    assert not missing


def events() -> set[str]:
    folder = TEMPLATES / "email"
    return {str(body.parent.relative_to(folder)) for body in folder.rglob("body.txt")}


def test_every_letter_has_a_subject_and_two_bodies() -> None:
    for event in events() | set(EVENT_IN_CODE.findall(code())):
        there = {file.name for file in (TEMPLATES / "email" / event).glob("*")}
        assert there >= LETTER, f"email/{event} lacks {LETTER - there}"


def test_every_address_a_template_names_exists(worker_app: Flask) -> None:
    known = set(worker_app.view_functions)
    endings = {name.rpartition(".")[2] for name in known}
    wrong = [
        f"{name}: {endpoint}"
        for name, tree in parsed(worker_app)
        for endpoint in calls(tree, "url_for")
        if endpoint not in known and not (endpoint.startswith(".") and endpoint[1:] in endings)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_link_that_is_written_out_leads_somewhere(worker_app: Flask) -> None:
    routes, wrong = worker_app.url_map.bind("localhost"), []
    for name in names():
        for link in re.findall(r"(?:href|action)=\"(/[^\"]*)\"", (TEMPLATES / name).read_text()):
            there = re.sub(r"\{\{.*?\}\}", "1", link).split("?")[0].split("#")[0]
            if not there.startswith("/static/") and "{%" not in link and not routes.test(there, "GET"):
                wrong += [f"{name}: {link}"] if not routes.test(there, "POST") else []
    assert not wrong, "\n".join(wrong)


def test_every_rule_a_template_asks_exists(worker_app: Flask) -> None:
    wrong = [
        f"{name}: {rule}" for name, tree in parsed(worker_app) for rule in calls(tree, "may") if not rule_exists(rule)
    ]
    assert not wrong, "\n".join(wrong)


def rule_exists(rule: str) -> bool:
    feature, _, verb = rule.partition(".")
    found = find_spec(f"app.{feature}") and find_spec(f"app.{feature}.rules")
    return bool(found) and hasattr(import_module(f"app.{feature}.rules"), f"may_{verb}")


def test_every_static_file_a_template_names_exists() -> None:
    wrong = []
    for name in names():
        found = re.findall(r"[\"'](/static/[\w./-]+\.\w+)", (TEMPLATES / name).read_text())
        wrong += [f"{name}: {path}" for path in found if not (ROOT / path.lstrip("/")).exists()]
    assert not wrong, "\n".join(wrong)


def test_templates_neither_query_nor_trust_unclean_text(worker_app: Flask) -> None:
    wrong: list[str] = []
    for name, tree in parsed(worker_app):
        if name.startswith(("dev/", "layouts/")):
            continue
        wrong += [
            f"{name}: |safe" for node in tree.find_all(nodes.Filter) if node.name == "safe" and not clean(node, tree)
        ]
        asked = {node.attr for node in tree.find_all(nodes.Getattr)}
        wrong += [f"{name}: .{attribute}" for attribute in asked & {"query", "session", "execute", "scalars"}]
    assert not wrong, "\n".join(wrong)


def clean(node: nodes.Filter, tree: nodes.Template) -> bool:
    """Whether |safe stands on the template's own text, or on a name it set from rendered markup."""
    if isinstance(node.node, nodes.Const):
        return True
    own = {
        target.name
        for kind in (nodes.Assign, nodes.AssignBlock)
        for one in tree.find_all(kind)
        for target in [one.target]
    }
    return isinstance(node.node, nodes.Name) and node.node.name in own


def test_scripts_and_pictures_come_from_this_site() -> None:
    for name in names():
        if not name.startswith("email/"):
            elsewhere = re.findall(r"(?:src|srcset)=\"(?:https?:)?//[^\"]+", (TEMPLATES / name).read_text())
            assert not elsewhere, f"{name}: {elsewhere}"


def test_the_folder_of_a_template_is_a_feature_or_a_shared_one() -> None:
    features = {folder.name for folder in (ROOT / "app").iterdir()}
    shared = {"components", "layouts", "email", "errors", "dev"}
    assert {Path(name).parts[0] for name in names()} <= features | shared
