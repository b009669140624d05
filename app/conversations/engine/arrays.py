"""Names for the array types that the engine passes around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Columns = NDArray[np.int32]
Signs = NDArray[np.int8]
Flags = NDArray[np.bool_]
Numbers = Sequence[int] | NDArray[np.int64] | frozenset[int] | set[int]


def integers(values: Numbers) -> Integers:
    """Sorted distinct whole numbers, shape (k,)."""
    return np.unique(np.fromiter(values, dtype=np.int64, count=len(values)))


def sparse_rows(data: Floats, columns: Columns, offsets: Integers, shape: tuple[int, int]) -> Any:
    """A SciPy sparse matrix in compressed rows over the given arrays, without copying them."""
    narrow = offsets.astype(np.int32) if len(data) < 2**31 else offsets
    return csr_array((data, columns, narrow), shape=shape)
