"""The Danish words: translations/da/*.po, one per feature, compiled together into one catalogue."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from deploy.local import place, say
from deploy.local.stamp import Stamp, digest
from deploy.local.trouble import Trouble, while_doing

FOLDER = place.ROOT / "translations"
LANGUAGE = "da"


def ensure(folder: Path = FOLDER) -> None:
    """Compile the catalogue unless nothing changed."""
    target = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    stamp = Stamp(target.with_suffix(".stamp"), digest(sources(folder)))
    if not (stamp.fresh and target.exists()):
        say.line("Compiling the translations …")
        with while_doing("compile the translations", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(".new")
            with draft.open("wb") as file:
                write_mo(file, merge(sources(folder)))
            draft.replace(target)  # at once: pages are being read from it
        stamp.press()


def sources(folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / LANGUAGE).glob("*.po"))


def merge(files: list[Path]) -> Catalog:
    """One catalogue of all files. The same words translated in two ways are an error."""
    merged = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    faults = []
    for file in files:
        for message in filter(_usable, read(file)):
            known = merged.get(message.id, message.context)
            if known is None:
                merged.add(message.id, message.string, context=message.context, auto_comments=[file.name])
            elif known.string != message.string:
                faults.append(
                    f"“{_shown(message)}” is translated differently in {known.auto_comments[0]} and {file.name}."
                )
    if faults:
        raise Trouble("\n".join(faults))
    return merged


def read(file: Path) -> Catalog:
    """One file, strictly."""
    with while_doing("read the translations", file), file.open("rb") as content:
        try:
            return read_po(content, locale=LANGUAGE, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise Trouble(f"{file} is not a valid .po file: {error}.") from error


def _usable(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return bool(message.id) and not message.fuzzy and all(strings)


def _shown(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)
