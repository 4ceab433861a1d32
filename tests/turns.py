"""Which test process runs what, and when: what waits for other programs goes first, beside what keeps a core busy.

pytest-xdist's own groups do nothing under pytest 9, which has let go of the attribute that they write to.
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# Files whose tests share what is slow to make, and run in one process. The first two kill and start programs
# and mostly wait for them, so they begin, in the process that `./run test` has beyond the cores.
TOGETHER = (
    "tests/delivery/test_faults.py",
    "tests/embedded/test_demo.py",
    "tests/deploy/test_restore.py",
    "tests/demo/test_set_ups.py",
)
# One long test of these must not be left for the end, when nothing else is there to run beside it.
LONG = ("tests/journeys/", "tests/look/", "tests/consultation/test_report_worker.py")


def turn(path: str) -> int:
    """Return when a file has its turn; within a turn the order is random."""
    if path in TOGETHER:
        return TOGETHER.index(path)
    return len(TOGETHER) if path.startswith(LONG) else len(TOGETHER) + 1


class Turns(LoadScopeScheduling):
    """Hands out one test at a time, and a file at a time where its tests belong together."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return path if path in TOGETHER else nodeid

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """Forget a scope that is done: with thousands of them the search for what is pending takes its time."""
        nodeid = self.registered_collections[node][item_index]
        scopes = self.assigned_work[node]
        super().mark_test_complete(node, item_index, duration)
        scope = self._split_scope(nodeid)
        if scope in scopes and all(scopes[scope].values()):
            del scopes[scope]
