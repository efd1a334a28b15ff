"""PDFium's functions, asked about thousands of things at once.

A page may have an object for each of its letters. So functions take addresses as plain numbers, loops over them
are C's, and answers go into arrays: a fifth of what it costs to ask with pypdfium2's typed pointers.
"""

import ctypes
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ADDRESS, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
NUMBER = ctypes.c_ssize_t  # an address that is an answer


@cache
def function(name: str, result: Any, *arguments: Any) -> Any:
    """One of PDFium's functions, taking addresses as numbers. For quick ones: other threads wait."""
    import pypdfium2.raw as pdfium

    return ctypes.PYFUNCTYPE(result, *arguments)(address(getattr(pdfium, name)))


def address(pointer: Any) -> int:
    """Where it points to, 0 for nowhere."""
    return ctypes.cast(pointer, ADDRESS).value or 0


def fill(rows: NDArray[Any], places: int, call: Any, *keys: Iterable[int]) -> NDArray[np.bool_]:
    """Have a function answer into each row, and tell for which rows it had an answer.

    It is called with a key of each kind and the addresses of the first `places` columns of the row.
    """
    first, size = rows.ctypes.data, rows.itemsize
    step = size * rows.shape[1]
    columns = (first + size * place for place in range(places))
    ranges = (range(column, column + step * len(rows), step) for column in columns)
    return np.fromiter(map(call, *keys, *ranges), np.bool_, len(rows))
