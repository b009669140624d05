"""The front-end packages of package.json, and what of them the pages fetch. Standard library only."""

from __future__ import annotations

import shutil
from pathlib import Path

from deploy.local import node, place, say, tool
from deploy.local.stamp import Stamp, digest
from deploy.local.trouble import while_doing

FETCHED = {
    "dkfds/dist/fonts": "dkfds/fonts",
    "dkfds/dist/img": "dkfds/img",
    "dkfds/dist/js/dkfds.min.js": "dkfds/js/dkfds.min.js",
    "dkfds/dist/LICENSE.md": "dkfds/LICENSE.md",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "leaflet.markercluster/dist/leaflet.markercluster.js": "leaflet.markercluster/leaflet.markercluster.js",
    "leaflet.markercluster/dist/MarkerCluster.css": "leaflet.markercluster/MarkerCluster.css",
    "leaflet.markercluster/dist/MarkerCluster.Default.css": "leaflet.markercluster/MarkerCluster.Default.css",
    "leaflet.markercluster/MIT-LICENCE.txt": "leaflet.markercluster/MIT-LICENCE.txt",
}
"""From node_modules/ to static/vendor/."""


def ensure() -> None:
    """Bring the packages in and lay out static/vendor/, unless that was done with this very lock file."""
    packages, vendor = place.ROOT / "node_modules", place.ROOT / "static" / "vendor"
    lock = [place.ROOT / "package.json", place.ROOT / "package-lock.json"]
    installed = Stamp(packages / ".torvet", digest(lock))
    laid_out = Stamp(vendor / ".torvet", digest(lock, *FETCHED, *FETCHED.values()))
    if not installed.fresh:
        say.line("Bringing in front-end packages …")
        _install()
        installed.press()
    if not laid_out.fresh:
        _lay_out(packages, vendor)
        laid_out.press()


def _install() -> None:
    _, npm = node.programs()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    tool.run("bring in the front-end packages", command, env=node.environment())


def _lay_out(packages: Path, vendor: Path) -> None:
    with while_doing("lay out static/vendor", vendor):
        shutil.rmtree(vendor, ignore_errors=True)
        for source, target in FETCHED.items():
            (vendor / target).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (packages / source).is_dir() else shutil.copyfile
            copy(packages / source, vendor / target)
