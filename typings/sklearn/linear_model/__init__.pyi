from typing import Self

import numpy as np
from numpy.typing import NDArray

class LogisticRegression:
    classes_: NDArray[np.int64]
    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]
    def __init__(self, *, C: float, max_iter: int, class_weight: str | None) -> None: ...
    def fit(self, vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> Self: ...
