"""A conversation's state as bytes and back, without pickle: safe to keep in a database column or a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.conversations.engine.arrays import Integers
from app.conversations.engine.components import AXES, Components
from app.conversations.engine.conversation import Conversation, Memory
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.smoothing import GroupCount

VERSION = 1
Arrays = Mapping[str, NDArray[np.generic]]


class StateError(ValueError):
    """Bytes that are not a conversation's state, or one of another version."""


def to_bytes(conversation: Conversation) -> bytes:
    """Everything needed to go on: 5 bytes a vote and some 16 a participant, plus what the axes need."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **_arrays(conversation))
    return buffer.getvalue()


def from_bytes(data: bytes) -> Conversation:
    """The conversation that `to_bytes` wrote."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            held = {name: arrays[name] for name in arrays.files}
        if int(_numbers(held, "version")) != VERSION:
            raise StateError(f"The state is of version {int(held['version'])}; this program reads {VERSION}.")
        return _conversation(held)
    except (KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StateError("These bytes are not the state of a conversation.") from error
    except ValueError as error:
        if isinstance(error, StateError):
            raise
        raise StateError("These bytes are not the state of a conversation.") from error


def _arrays(conversation: Conversation) -> dict[str, NDArray[np.generic]]:
    votes, memory = conversation.votes, conversation.memory
    count = memory.count
    ks = sorted(memory.group_centres)
    return {
        "version": np.array(VERSION),
        "seed": np.array(conversation.seed),
        "participants": votes.participants,
        "statements": votes.statements,
        "offsets": votes.offsets,
        "columns": votes.columns,
        "values": votes.values,
        "hidden": conversation.hidden,
        "dropped": conversation.dropped,
        "updates": np.array(memory.updates),
        "axis_statements": memory.components.statements,
        "axes": memory.components.axes,
        "explained": memory.components.explained,
        "base_centres": np.zeros((0, 2)) if memory.base_centres is None else memory.base_centres,
        "group_ks": np.array(ks, dtype=np.int64),
        "group_centres": np.concatenate([np.zeros((0, 2))] + [memory.group_centres[k] for k in ks]),
        "count": np.array([] if count is None else [count.in_use, count.last_best, count.wins], dtype=np.int64),
        "members": memory.members,
        "groups": memory.groups,
        "letters": np.array(memory.letters, dtype=np.str_),
    }


def _conversation(held: Arrays) -> Conversation:
    votes = VoteMatrix(
        participants=_numbers(held, "participants"),
        statements=_numbers(held, "statements"),
        offsets=_numbers(held, "offsets"),
        columns=np.asarray(held["columns"], dtype=np.int32),
        values=np.asarray(held["values"], dtype=np.int8),
    )
    return Conversation(
        seed=int(_numbers(held, "seed")),
        votes=votes,
        hidden=_numbers(held, "hidden"),
        dropped=_numbers(held, "dropped"),
        memory=_memory(held),
    )


def _numbers(held: Arrays, name: str) -> Integers:
    return np.asarray(held[name], dtype=np.int64)


def _memory(held: Arrays) -> Memory:
    axes = np.asarray(held["axes"], dtype=np.float64).reshape(AXES, -1)
    explained = np.asarray(held["explained"], dtype=np.float64)
    base = np.asarray(held["base_centres"], dtype=np.float64)
    ks = [int(k) for k in _numbers(held, "group_ks")]
    ends = np.cumsum([0, *ks])
    centres = np.asarray(held["group_centres"], dtype=np.float64)
    count = [int(number) for number in _numbers(held, "count")]
    return Memory(
        updates=int(_numbers(held, "updates")),
        components=Components(_numbers(held, "axis_statements"), axes, explained),
        base_centres=base if len(base) else None,
        group_centres={k: centres[start : start + k] for k, start in zip(ks, ends, strict=False)},
        count=GroupCount(*count) if count else None,
        members=_numbers(held, "members"),
        groups=_numbers(held, "groups"),
        letters=tuple(str(letter) for letter in held["letters"]),
    )
