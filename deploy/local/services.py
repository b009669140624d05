"""var/services.env: where the settings find the servers that were started here, for `flask` in another terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.trouble import while_doing

NAME = "services.env"


@contextmanager
def written(var: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    """Keep the addresses written down for as long as the block lasts."""
    path, draft = var / NAME, var / f"{NAME}.new"
    with while_doing("write", path):
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{key}={value}\n" for key, value in addresses.items())
        draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
