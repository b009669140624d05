"""The house's own rules about files: which there may be, how long they may be, and what may import what."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app import FEATURES
from config import ROOT

APP, TEMPLATES = ROOT / "app", ROOT / "templates"
ROLES = {
    *("__init__", "models", "ports", "rules", "queries", "actions", "forms", "views", "desk"),
    *("api", "schemas", "jobs", "cli"),
}
ENGINES = {
    APP / "budgeting" / "engine",
    APP / "conversations" / "engine",
    APP / "organisations" / "cvr",
    APP / "places" / "geometry",
}
FORBIDDEN = {"utils", "util", "helpers", "helper", "misc", "common"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_TEMPLATE = 250, 30, 15, 90
TOP_LEVEL = {
    *("app", "migrations", "templates", "static", "tests", "config.py", "wsgi.py", "requirements.txt", "README.md"),
    *("pyproject.toml", "package.json", "package-lock.json", "Makefile", "Procfile", "requirements-dev.txt"),
    *("babel.cfg", "translations", "docs", "benchmarks", "deploy", "publiccode.yml", "CHANGELOG.md", "LICENSE"),
    *(".ci", ".gitignore", ".dockerignore"),
}


def tracked(*suffixes: str) -> list[Path]:
    """The project's own files, by suffix."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    files = [ROOT / line for line in listed.stdout.splitlines()] if listed.returncode == 0 else list(ROOT.rglob("*"))
    return [file for file in files if file.suffix in suffixes and file.exists()]


def own_python() -> list[Path]:
    return [file for file in tracked(".py") if not file.is_relative_to(ROOT / "migrations" / "versions")]


def lines(file: Path) -> int:
    return sum(1 for line in file.read_text().splitlines() if line.strip())


def functions(file: Path) -> Iterator[tuple[str, int, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its name and the lines of its body, docstring not counted."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", length, node


def is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is registered as a route of a blueprint."""
    names = {"get", "post", "put", "patch", "delete", "route"}
    calls = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in names for call in calls)


def test_imports_point_upwards_in_the_list_of_features_only() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_in_the_table_of_contents() -> None:
    packages = {folder.name for folder in APP.iterdir() if (folder / "__init__.py").exists()}
    assert packages - {"kernel"} <= set(FEATURES)


def test_a_feature_holds_only_the_known_roles() -> None:
    """A role may be a package of its own name, and a feature may be split into smaller ones with roles of their own."""
    files = [file.relative_to(APP) for file in own_python() if file.is_relative_to(APP)]
    own = [file for file in files if len(file.parts) > 1 and file.parts[0] != "kernel" and not is_engine(file)]
    strangers = [str(file) for file in own if not {Path(part).stem for part in file.parts[1:]} & ROLES]
    assert not strangers, "\n".join(strangers)


def is_engine(file: Path) -> bool:
    """Whether a file lies in a package inside a feature that holds not only roles: a package of pure computation."""
    if len(file.parts) < 3 or file.parts[1] in ROLES:
        return False
    package = APP / file.parts[0] / file.parts[1]
    return not {one.stem for one in package.rglob("*.py")} <= ROLES


def test_an_engine_is_pure() -> None:
    """Real computation, and the network's edge: no Flask, no SQLAlchemy, no database."""
    files = [file for file in own_python() if file.is_relative_to(APP) and file.relative_to(APP).parts[0] != "kernel"]
    impure = [
        f"{file.relative_to(ROOT)}: {module}"
        for file in files
        if is_engine(file.relative_to(APP))
        for node in ast.walk(ast.parse(file.read_text()))
        for module in imported(node)
        if module.startswith(("flask", "sqlalchemy", "app.kernel.db", "app.kernel.web"))
    ]
    assert not impure, "\n".join(impure)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_an_init_holds_words_and_no_logic() -> None:
    for feature in FEATURES:
        file = APP / feature / "__init__.py"
        if file.exists():
            tree = ast.parse(file.read_text())
            assert ast.get_docstring(tree), f"{file} has no paragraph about the feature"
            assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body), file


def test_nothing_is_called_utils_or_helpers() -> None:
    named = [str(file.relative_to(ROOT)) for file in tracked(".py", ".js", ".html", ".scss") if file.stem in FORBIDDEN]
    assert not named, "\n".join(named)


def test_the_top_level_holds_only_what_the_house_names() -> None:
    top = {file.relative_to(ROOT).parts[0] for file in tracked(*{path.suffix for path in ROOT.iterdir()}, ".py")}
    assert top <= TOP_LEVEL, top - TOP_LEVEL


def test_files_are_short_enough_to_read_in_one_go() -> None:
    sources = [*own_python(), *(file for file in tracked(".js", ".scss", ".css") if ROOT / "static" in file.parents)]
    long = [f"{file.relative_to(ROOT)}: {lines(file)} lines" for file in sources if lines(file) > LONGEST_FILE]
    assert not long, "\n".join(long)


def test_the_median_file_is_near_sixty_lines() -> None:
    lengths = sorted(lines(file) for file in own_python() if file.is_relative_to(APP) and lines(file) > 1)
    assert lengths[len(lengths) // 2] <= 80


def test_functions_are_short() -> None:
    found = [one for file in own_python() if file.is_relative_to(APP) for one in functions(file)]
    long = [f"{name}: {length} lines" for name, length, _ in found if length > LONGEST_FUNCTION]
    assert not long, "\n".join(long)


def test_views_are_shorter() -> None:
    found = [one for file in own_python() if file.is_relative_to(APP) for one in functions(file)]
    long = [f"{name}: {length} lines" for name, length, node in found if is_view(node) and length > LONGEST_VIEW]
    assert not long, "\n".join(long)


def test_templates_are_short() -> None:
    files = [file for file in tracked(".html", ".txt") if file.is_relative_to(TEMPLATES)]
    long = [f"{file.relative_to(ROOT)}: {lines(file)} lines" for file in files if lines(file) > LONGEST_TEMPLATE]
    assert not long, "\n".join(long)


def test_only_one_place_commits() -> None:
    """A commit elsewhere would leave half a request behind. Jobs that work in portions say so beside the commit."""
    allowed = {APP / "kernel", *(APP / feature / "cli.py" for feature in FEATURES)}
    offenders = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in own_python()
        if file.is_relative_to(APP) and not any(file.is_relative_to(place) for place in allowed)
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if ".commit()" in line and "# commits" not in line
    ]
    assert not offenders, "\n".join(offenders)


def test_actions_rules_models_and_queries_know_no_request() -> None:
    roles = {"actions", "rules", "models", "queries"}
    offenders = []
    for file in own_python():
        in_role = file.stem in roles or file.parent.name in roles
        if file.is_relative_to(APP) and in_role and file.parent.name != "kernel":
            imports = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
            names = {alias.name for node in imports for alias in node.names if node.module in {"flask", "flask_login"}}
            offenders += [f"{file.relative_to(ROOT)}: {name}" for name in names & {"request", "current_user", "flash"}]
    assert not offenders, "\n".join(offenders)
