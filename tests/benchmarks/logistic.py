"""Logistic regression over weighted cases, as the fits of the confidence and of the agreement use it."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RIDGE = 1e-6


def logistic(rows: Array, labels: Array, shares: Array) -> Array:
    """Ridge logistic regression by Newton's method (iteratively reweighted least squares).

    ``rows`` of shape (cases, signals) begin with a one, ``labels`` are 0 or 1, ``shares`` what each case weighs.
    """
    weights = np.zeros(len(rows[0]))
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-rows @ weights))
        slope = rows.T @ (shares * (chance - labels)) + RIDGE * weights
        bend = (rows.T * (shares * chance * (1.0 - chance))) @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights
