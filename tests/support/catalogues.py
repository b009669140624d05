"""What the code says in English and what the Danish files make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config import ROOT

KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_l": None,
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|%[sd]|\{(\w*)\}")

Key = tuple[str, str | None]


@dataclass(frozen=True)
class Said:
    """A message: in the code with its place, or in a file with its translations."""

    id: str
    context: str | None
    where: str
    plural: str = ""
    strings: tuple[str, ...] = ()
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        return self.id, self.context


def said_in_code(root: Path = ROOT) -> Iterator[Said]:
    """Every translatable message in app/, templates/ and static/js/."""
    with (root / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for name, line, message, _, context in extract_from_dir(root, methods, options, KEYWORDS, directory_filter=wanted):
        first, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        yield Said(first, context, f"{name}:{line}", plural)


def wanted(folder: str | Path) -> bool:
    return Path(folder).name not in {"node_modules", "var", "vendor", "tests", ".venv"} and Path(folder).name[0] != "."


def translated(folder: Path = ROOT / "translations" / "da") -> Iterator[Said]:
    """Every message in the Danish files."""
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as content:
            catalogue = read_po(content, locale="da", abort_invalid=True)
        for message in catalogue:
            if message.id:
                first, plural = message.id if isinstance(message.id, tuple) else (message.id, "")
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                yield Said(first, message.context, file.name, plural, tuple(map(str, strings)), message.fuzzy)
        for message in catalogue.obsolete.values():
            yield Said(str(message.id), message.context, f"{file.name} (obsolete)")


def placeholders(text: str) -> set[str]:
    """The places that a text leaves for values."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}
