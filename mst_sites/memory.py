"""How seldom Python looks for garbage in a process that answers many requests."""

import gc

# A page makes some ten thousand objects that end with it, so each request looked for garbage several times over.
THRESHOLDS = (20_000, 20, 50)


def settle() -> None:
    """Leave what is loaded by now out of every later search: it stays, and workers share its pages of memory."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
