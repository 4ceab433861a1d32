"""Which test process runs what, and when: what waits for other programs goes first, beside what keeps a core busy.

pytest-xdist's own groups do nothing under pytest 9, which has let go of the attribute that they write to.
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# Files whose tests share what is slow to make, by what it is: those of one name run in one process. The first kill and
# start programs and mostly wait for them, so they begin, in the process that `./run test` has beyond the cores.
TOGETHER = {
    "tests/delivery/test_faults.py": "house",
    "tests/embedded/test_demo.py": "launcher",
    "tests/deploy/test_restore.py": "dump",
    "tests/demo/test_set_ups.py": "country",
    "tests/consultation/test_report_pdf.py": "veraPDF",
    "tests/implementation/test_needs_paper.py": "veraPDF",
    "tests/look/test_documents.py": "veraPDF",
    "tests/delivery/test_pdf.py": "veraPDF",
}
# One long test of these must not be left for the end, when nothing else is there to run beside it.
LONG = ("tests/journeys/", "tests/look/", "tests/consultation/test_report_worker.py")


def turn(path: str) -> int:
    """Return when a file has its turn; within a turn the order is random."""
    if path in TOGETHER:
        return list(TOGETHER).index(path)
    return len(TOGETHER) + (not path.startswith(LONG))


class Turns(LoadScopeScheduling):
    """Hands out one test at a time, and a file at a time where its tests belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.split("::", 1)[0], nodeid)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """Forget a scope that is done: with thousands of them the search for what is pending takes its time."""
        nodeid = self.registered_collections[node][item_index]
        scopes = self.assigned_work[node]
        super().mark_test_complete(node, item_index, duration)
        scope = self._split_scope(nodeid)
        if scope in scopes and all(scopes[scope].values()):
            del scopes[scope]
