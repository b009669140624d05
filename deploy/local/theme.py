"""The theme: static/scss/ compiled to static/css/theme.css. Standard library only."""

from __future__ import annotations

import shutil

from deploy.local import node, place, say, tool
from deploy.local.stamp import Stamp, digest
from deploy.local.trouble import while_doing

SOURCES = place.ROOT / "static" / "scss"
TARGET = place.ROOT / "static" / "css" / "theme.css"
LEAFLETS = "url(../vendor/leaflet/images/"
"""Where the pictures are that Leaflet's style names as if it stood beside them."""


def ensure() -> None:
    """Compile the theme unless nothing changed."""
    if not (SOURCES / "theme.scss").exists():
        say.fault(f"{SOURCES / 'theme.scss'} is missing: the pages will have no theme.")
        return
    sheets = [sheet for sheet in TARGET.parent.rglob("*.css") if sheet != TARGET]
    sources = [*SOURCES.rglob("*.scss"), *sheets]
    stamp = Stamp(place.VAR / "stamps" / "theme", digest([*sources, place.ROOT / "package-lock.json"]))
    if stamp.fresh and TARGET.exists():
        return
    compile_theme()
    stamp.press()


def compile_theme() -> None:
    say.line("Compiling the theme …")
    program, _ = node.programs()
    sass = [*program, place.ROOT / "node_modules" / "sass" / "sass.js", "--load-path=node_modules"]
    options = ["--style=compressed", "--no-source-map", "--quiet"]
    draft = place.VAR / "theme.css"
    tool.run("compile the theme", [*sass, *options, f"{SOURCES / 'theme.scss'}:{draft}"])
    with while_doing("write the theme", TARGET):
        draft.write_text(draft.read_text().replace("url(images/", LEAFLETS))
        shutil.move(draft, TARGET)
