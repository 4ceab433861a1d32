"""The benchmark: ratios against the plainest thing that could do the same, on a database of ten thousand sites."""
