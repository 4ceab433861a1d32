"""Where things are: the checkout, its data folder, and the short folder for sockets."""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mst_sites.embedded.console import CannotGoOn

CHECKOUT = Path(__file__).resolve().parents[2]
ROLES_SQL = Path(__file__).with_name("roles.sql")
UNPRIVILEGED_ACCOUNT = "nobody"  # PostgreSQL refuses to run as root
MEMORY = Path("/dev/shm")  # noqa: S108 - each user of it makes a folder with a name of its own
ROOM_IN_MEMORY = 2 * 1024**3  # bytes; a run of all tests fills a sixth
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes; PostgreSQL adds a lock file's ending


def running_as_root() -> bool:
    return os.geteuid() == 0


def unprivileged() -> tuple[int, int]:
    """Return the user and group that PostgreSQL runs as when root starts it."""
    try:
        account = pwd.getpwnam(UNPRIVILEGED_ACCOUNT)
    except KeyError:
        raise CannotGoOn(
            f"PostgreSQL does not run as root and there is no account “{UNPRIVILEGED_ACCOUNT}”; "
            "start this as an ordinary user."
        ) from None
    return account.pw_uid, account.pw_gid


def open_to_all(path: Path) -> bool:
    """Tell whether any user may walk down to this folder."""
    path = path.resolve()
    return all(
        folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists()
    )


def existing_parent(path: Path) -> Path:
    """Return the nearest folder above that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def in_memory() -> Path | None:
    """Return a folder that is kept in memory, or None where there is little room or no program may be started.

    The tests make and drop databases of a thousand files by the hundred. On a disk that alone can take minutes.
    """
    # PostgreSQL's account may need a copy of its programs there.
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM_IN_MEMORY else None


def digest_of(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@dataclass(frozen=True)
class House:
    """One data folder, and everything that is kept in it."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "logs"

    @property
    def stamps(self) -> Path:
        return self.var / "stamps"

    @property
    def lock(self) -> Path:
        return self.var / "services.lock"

    @property
    def users(self) -> Path:
        return self.var / "services.users"

    @property
    def running(self) -> Path:
        return self.var / "running.json"

    @property
    def redis_data(self) -> Path:
        return self.var / "redis"

    @cached_property
    def postgres_home(self) -> Path:
        """Return the folder for PostgreSQL: in the data folder, if its user can get there.

        A checkout in a home folder that is closed to others (root's own is) cannot be entered by
        the account that PostgreSQL runs as, so then it has a folder of its own outside.
        """
        if not running_as_root() or open_to_all(self.var):
            return self.var / "postgres"
        return Path("/var/lib") / f"mst-sites-{digest_of(self.var)}"

    @property
    def postgres_data(self) -> Path:
        return self.postgres_home / "data"

    @cached_property
    def sockets(self) -> Path:
        """Return a folder whose path is short enough for a socket, open to one user only."""
        near = self.postgres_home / "sockets"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return near
        # The parent is writable by everybody, so prepare() checks whose the folder is.
        return Path(tempfile.gettempdir()) / f"mst-sites-{os.geteuid()}-{digest_of(self.var)}"

    def prepare(self) -> None:
        """Make the folders; raise CannotGoOn where that is not possible."""
        try:
            for folder in (self.var, self.logs, self.stamps, self.redis_data):
                folder.mkdir(parents=True, exist_ok=True)
            self.postgres_home.mkdir(parents=True, exist_ok=True)
            self._make_private(self.sockets)
        except OSError as problem:
            raise CannotGoOn(
                f"Cannot write to {problem.filename}: {problem.strerror}."
            ) from problem

    def remove(self) -> None:
        """Remove the data folder and what belongs to it elsewhere."""
        for folder in {self.var, self.postgres_home, self.sockets}:
            shutil.rmtree(folder, ignore_errors=True)

    def _make_private(self, folder: Path) -> None:
        owner, group = unprivileged() if running_as_root() else (os.geteuid(), os.getegid())
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            details = folder.lstat()
            if not stat.S_ISDIR(details.st_mode) or details.st_uid not in {owner, os.geteuid()}:
                raise CannotGoOn(
                    f"{folder} belongs to somebody else; remove it and start again."
                ) from None
        os.chown(folder, owner, group, follow_symlinks=False)
        folder.chmod(0o700)


def demo_house() -> House:
    """Return the house of the demo, which `./run manage` shares; MST_VAR moves it."""
    named = os.environ.get("MST_VAR")
    return House(Path(named).resolve() if named else CHECKOUT / "var" / "demo")


def templates() -> list[Path]:
    """Return every HTML template of the checkout."""
    return sorted(
        path
        for folder in (CHECKOUT / "templates", *CHECKOUT.glob("[a-z]*/**/templates"))
        if not {"var", "tests"} & set(folder.relative_to(CHECKOUT).parts)
        for path in folder.glob("**/*.html")
    )
