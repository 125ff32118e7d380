"""The access matrix (访问矩阵): who sees which field of which row, and the walk that holds the API to it."""
