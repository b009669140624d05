"""Which statements a piece of code sends to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Engine, event

BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


class Statements(list[str]):
    """The statements seen, without the savepoints that isolate tests."""

    def __str__(self) -> str:
        return "\n".join(f"{number}. {' '.join(statement.split())}" for number, statement in enumerate(self, 1))


Recorder = Callable[[], AbstractContextManager[Statements]]


@contextmanager
def recorded() -> Iterator[Statements]:
    """`with recorded() as seen: …`, then `assert len(seen) <= 8, str(seen)`."""
    seen = Statements()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(BOOKKEEPING):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
