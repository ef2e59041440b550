"""What annotations call a number and a point: 1 and np.float32(1) as well as 1.0; a tuple as well as an array."""

import numpy as np

Number = float | int | np.number
Point = tuple | list | np.ndarray
