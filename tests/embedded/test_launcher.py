"""The launcher's judgements: what it refuses, what it skips, what it says."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from mst_sites.embedded import (
    checks,
    children,
    demo,
    packages,
    places,
    ports,
    services,
    stamps,
    venv,
)
from mst_sites.embedded.console import CannotGoOn
from mst_sites.embedded.django import Household
from mst_sites.embedded.places import House
from mst_sites.embedded.postgres import Postgres
from mst_sites.embedded.processes import is_alive
from mst_sites.embedded.supervisor import AskedToStop, polite_signals
from tests.embedded.conftest import Launcher, one_line


@pytest.fixture
def home(folder: Path) -> Callable[..., Household]:
    house = House(folder / "var")

    def build(**variables: str) -> Household:
        return Household(
            house,
            venv.Venv(places.CHECKOUT / ".venv"),
            SimpleNamespace(owns_postgres=True),
            {"MST_ENV": "test", "DATABASE_URL": "app", "OWNER_DATABASE_URL": "owner", **variables},
        )

    return build


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Give a folder with what `./run` itself calls, and no Python."""
    for program in ("sh", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program))
    return tmp_path


def python_at(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def run_with(path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [places.CHECKOUT / "run", "help"],
        env={"PATH": str(path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_old_python_is_named_with_what_to_type(programs: Path) -> None:
    old = python_at(
        programs / "old one", '[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1'
    )

    done = run_with(programs, PYTHON=str(old))

    assert done.returncode == 1
    assert one_line(done.stderr).startswith(
        "MST Sites needs Python 3.11 or newer (found: Python 3.9"
    )


def test_python_that_is_named_is_taken(programs: Path) -> None:
    named = python_at(programs / "my python", f'echo mine >&2\nexec "{sys.executable}" "$@"')

    done = run_with(programs, PYTHON=str(named))

    assert done.stdout.startswith("MST Sites\n")
    assert set(done.stderr.split()) == {"mine"}


def test_python_of_the_system_goes_before_others_if_it_is_new_enough(programs: Path) -> None:
    python_at(programs / "python3", f'echo another >&2\nexec "{sys.executable}" "$@"')

    done = run_with(programs)

    assert done.stdout.startswith("MST Sites\n")
    assert set(done.stderr.split()) == (set() if new_enough("/usr/bin/python3") else {"another"})


def new_enough(python: str) -> bool:
    version = "import sys; sys.exit(sys.version_info < (3, 11))"
    found = shutil.which(python)
    return bool(found) and subprocess.run([found, "-c", version], check=False).returncode == 0


def test_package_of_the_same_name_where_the_user_stands_is_not_run(
    launcher: Launcher, tmp_path: Path
) -> None:
    trap = tmp_path / "mst_sites" / "embedded"
    trap.mkdir(parents=True)
    for package in (trap.parent, trap):
        (package / "__init__.py").write_text("raise SystemExit('trapped')")

    assert launcher.run("help", cwd=tmp_path).stdout.startswith("MST Sites\n")


def test_full_disk_is_noticed_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * demo.MEBIBYTE))

    with pytest.raises(CannotGoOn, match=r"has 5 MB left and \d+ MB are needed\.$"):
        demo.refuse_if_full(folder / "var")

    assert list(folder.iterdir()) == []


def test_half_made_data_need_as_much_room_as_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = demo.SPACE_FOR_A_START + demo.MEBIBYTE
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=left))
    house = House(folder / "var")
    house.prepare()

    with pytest.raises(CannotGoOn, match="has 101 MB left and 900 MB are needed"):
        demo.refuse_if_full(house.var)
    (house.stamps / demo.DATA).touch()

    demo.refuse_if_full(house.var)


@pytest.mark.parametrize(
    ("name", "flags", "lacking", "taken"),
    [
        ("memory", 0, 0, True),
        ("memory", 0, 1, False),
        ("memory", os.ST_NOEXEC, 0, False),
        ("nowhere", 0, 0, False),
    ],
    ids=["room", "little room", "no programs", "none"],
)
def test_data_of_tests_are_kept_in_memory_where_there_is_room_and_programs_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name, flags, lacking, taken
) -> None:
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr(places, "MEMORY", tmp_path / name)
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_flag=flags))
    free = SimpleNamespace(free=places.ROOM_IN_MEMORY - lacking)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)

    assert places.in_memory() == (tmp_path / name if taken else None)


def test_services_are_stopped_though_nothing_can_be_written_any_more(folder: Path) -> None:
    house = House(folder / "var")
    house.prepare()
    found = services.of(house, venv.Venv(places.CHECKOUT / ".venv").site_packages, kind="test")
    redis_alone = replace(found, owns_postgres=False, owns_redis=True)
    with services.started(redis_alone, house, purpose=services.DEMO):
        pid = found.redis.running.process.pid
        house.running.with_suffix(".making").mkdir()  # so that it cannot be written

    assert not is_alive(pid)
    assert not house.running.exists()


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_port_that_cannot_be_is_named(port: int) -> None:
    with pytest.raises(CannotGoOn, match=f"There is no port {port}"):
        ports.refuse_if_taken(port)


def test_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").touch()

    with pytest.raises(CannotGoOn, match=r"Cannot write to .*file"):
        House(folder / "file" / "var").prepare()


def test_environment_is_whole_only_for_its_own_lock_python_and_place(launcher: Launcher) -> None:
    copy = venv.Venv(launcher.checkout / ".venv")
    assert venv._is_whole(copy, venv.DEMO), "the development lock holds all that the demo needs"

    copy.stamp.write_text(venv._state(copy, venv.DEMO))

    assert venv._is_whole(copy, venv.DEMO)
    assert not venv._is_whole(copy, venv.DEVELOPMENT)
    assert not venv._is_whole(venv.Venv(launcher.checkout / "elsewhere"), venv.DEMO)


def test_locks_name_no_host() -> None:
    for lock in venv.REQUIREMENTS.glob("*.lock"):
        assert "://" not in lock.read_text(), lock.name


def test_development_lock_holds_everything_that_the_demo_needs() -> None:
    def pins(name: str) -> set[str]:
        text = (venv.REQUIREMENTS / f"{name}.lock").read_text()
        return {line.split()[0] for line in text.splitlines() if "==" in line}

    assert pins("production") < pins("demo") < pins("development")


def test_what_was_done_is_done_again_only_when_something_changed(tmp_path: Path) -> None:
    done: list[str] = []
    stamp = tmp_path / "stamps" / "migrated"

    for state in ("first", "first", "second"):
        stamps.once(stamp, state, lambda state=state: done.append(state))

    assert done == ["first", "second"]


def test_what_failed_is_done_again(tmp_path: Path) -> None:
    stamp = tmp_path / "migrated"

    def fail() -> None:
        raise CannotGoOn("it failed")

    with pytest.raises(CannotGoOn):
        stamps.once(stamp, "first", fail)

    assert not stamp.exists()


@pytest.mark.parametrize(("server", "loads"), [("ours", 1), ("theirs", 2)])
def test_demo_data_are_looked_for_in_every_database_that_is_not_ours(
    folder: Path, server: str, loads: int
) -> None:
    said, python = folder / "said", folder / "python"
    python.write_text(f'#!/bin/sh\necho "$2" >> {said}\n')
    python.chmod(0o755)
    environment = SimpleNamespace(python=python)
    its_services = SimpleNamespace(owns_postgres=server == "ours")
    home = Household(House(folder / "var"), environment, its_services, dict(os.environ))

    for _ in range(2):
        demo.put_data(home)

    assert said.read_text().split() == ["load_demo"] * loads


def test_package_manager_is_waited_for_though_somebody_asks_to_stop(tmp_path: Path) -> None:
    done = tmp_path / "done"
    program = f"echo halfway; kill -INT {os.getpid()}; sleep 0.3; touch {done}"

    with pytest.raises(AskedToStop), polite_signals():
        children.undisturbed(["sh", "-c", program], environment=os.environ)

    assert done.exists()


def test_package_manager_has_its_last_words_kept() -> None:
    done = children.undisturbed(["sh", "-c", "echo no; exit 3"], environment=os.environ)

    assert (done.returncode, children.last_line(done)) == (3, "no")


NOT_FOUND = "ERROR: No matching distribution found for amqp==5.4.2"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'SSLError(no trust)': /simple/amqp/\n"
            + NOT_FOUND,
            "the index of packages was not reached: 'SSLError(no trust)': /simple/amqp/",
        ),
        (NOT_FOUND, NOT_FOUND),
    ],
)
def test_index_that_is_not_reached_is_no_missing_package(said: str, told: str) -> None:
    done = subprocess.CompletedProcess([], 1, stdout="", stderr=said)

    assert venv.why_pip_failed(done) == told


@pytest.mark.parametrize(
    ("command", "role"),
    [("migrate", "owner"), ("makemigrations", "owner"), ("pir", "app"), ("shell", "app")],
)
def test_commands_that_change_the_schema_run_as_its_owner(
    home: Callable[..., Household], command: str, role: str
) -> None:
    assert home().variables_for(command)["DATABASE_URL"] == role


def test_missing_library_is_said_with_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "PDF_LIBRARIES", ("libnowhere.so.9",))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert packages.pdf_libraries(tmp_path) == {}
    assert "Type: sudo apt-get install" in one_line(capsys.readouterr().err)


def test_ubuntu_is_told_that_its_browser_will_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "os-release"
    release.write_text('NAME="A child"\nID=child\nID_LIKE="ubuntu debian"\n')
    monkeypatch.setattr(packages, "OS_RELEASE", release)
    monkeypatch.setattr(packages, "BROWSER", tmp_path / "chromium")

    with pytest.raises(CannotGoOn, match="Ubuntu has Chromium as a snap alone"):
        packages.test_programs()

    assert not packages._offers_snaps_alone(tmp_path / "absent")


def test_every_check_runs_though_one_fails(
    home: Callable[..., Household],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [
        checks.Check("bad", ["/bin/sh", "-c", "echo the reason; exit 1"], {}),
        checks.Check("good", ["/bin/true"], {}),
    ]
    monkeypatch.setattr(checks, "checks", lambda home: found)

    assert checks.run(home()) == 1

    said = capsys.readouterr().err
    assert [
        line.split()[:2] for line in said.splitlines() if line.startswith(("  passed", "  failed"))
    ] == [
        ["failed", "bad"],
        ["passed", "good"],
    ]
    assert "the reason" in said
    with pytest.raises(CannotGoOn, match="No check is called ugly; there are bad, good"):
        checks.run(home(), only=["ugly"])


def test_roles_have_passwords_where_the_environment_names_them(folder: Path) -> None:
    house = House(folder / "var")
    house.prepare()
    environment = {"PATH": os.environ["PATH"], "MST_APP_PASSWORD": "it's %secret"}
    site_packages = venv.Venv(places.CHECKOUT / ".venv").site_packages
    server = Postgres(house, site_packages, environment, durable=False)
    server.start()
    try:
        found = server._call(
            server.binaries / "psql",
            *("-X", "-At", "-h", house.sockets, "-U", "postgres", "-d", "mst"),
            read="select rolname, rolpassword is not null, rolcreatedb, rolbypassrls, rolsuper"
            " from pg_authid where rolname like 'mst_%' order by 1;"
            "select pg_get_userbyid(datdba) from pg_database where datname = 'mst';"
            "select has_schema_privilege('mst_app', 'public', 'create'),"
            " has_database_privilege('mst_app', 'mst', 'temp'),"
            " has_database_privilege('public', 'mst', 'connect');",
        )
    finally:
        begun = time.monotonic()
        server.stop()
        house.remove()

    assert found.stdout.splitlines() == [
        "mst_app|t|f|f|f",
        "mst_backup|f|f|t|f",
        "mst_owner|f|f|f|f",
        "mst_owner",
        "f|f|f",
    ]
    assert time.monotonic() - begun < 5


def test_server_does_not_run_as_root(folder: Path) -> None:
    house = House(folder / "var")
    house.prepare()
    site_packages = venv.Venv(places.CHECKOUT / ".venv").site_packages
    server = Postgres(house, site_packages, {"PATH": os.environ["PATH"]}, durable=False)
    server.start()
    try:
        owner = Path(f"/proc/{server.running.process.pid}").stat().st_uid
        sockets = house.sockets.stat()
    finally:
        server.stop()
        house.remove()

    assert owner != 0
    assert (sockets.st_uid, sockets.st_mode & 0o777) == (owner, 0o700)
