"""Where `./run` comes in: one command, one clear line when it cannot be done."""

import errno
import os
import sys

from mst_sites.embedded import places
from mst_sites.embedded.commands import COMMANDS, HELP
from mst_sites.embedded.console import CannotGoOn, say
from mst_sites.embedded.supervisor import AskedToStop, polite_signals

# Faults of the machine, not ours: no permission, a read-only or full disk.
FULL = {errno.ENOSPC, errno.EDQUOT}
OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, *FULL}


def main(words: list[str]) -> int:
    if sys.platform != "linux":
        say("./run needs Linux; elsewhere use docker-compose.yml.")
        return 1
    if places.running_as_root():
        os.umask(0o022)  # or PostgreSQL's account would not get to its folder
    os.environ.pop("PYTHONPATH", None)  # it was set to find this package alone
    name = words[0] if words else "help"
    if name not in COMMANDS:
        say(f"./run does not know “{name}”.\n\n{HELP}")
        return 2
    try:
        with polite_signals():
            return COMMANDS[name](words[1:])
    except AskedToStop:
        say("\n  Stopped.")
        return 0 if name in {"demo", "services"} and "--check" not in words else 130
    except CannotGoOn as reason:
        say(f"\n  {reason}")
        return 1
    except OSError as problem:
        if problem.errno not in OF_THE_MACHINE:
            raise
        advice = " Make room and start again." if problem.errno in FULL else ""
        say(f"\n  {problem.filename or 'Writing'}: {problem.strerror}.{advice}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
