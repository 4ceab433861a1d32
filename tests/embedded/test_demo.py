"""`./run demo` and `./run manage` with real processes."""

import os
import signal
import socket
from pathlib import Path

import pytest

from mst_sites.embedded import places, ports
from tests.embedded.conftest import Launcher, one_line

pytestmark = pytest.mark.timeout(300)


def test_demo_runs_is_shared_and_leaves_nothing_behind(launcher: Launcher) -> None:
    port = ports.free_port()
    demo = launcher.start_demo(port)

    assert ports.answers(port, "/")
    web = (launcher.house.logs / "web.log").read_text()
    assert "ontrol socket" not in web, "the user's home folder is not ours to write to"
    assert launcher.address() == f"http://127.0.0.1:{port}"
    assert "demo.supervisor@example.org" in (launcher.checkout / "said.txt").read_text()
    second = launcher.run("demo")
    assert (second.returncode, one_line(second.stderr)) == (
        1,
        f"MST Sites is already running: http://127.0.0.1:{port} (./run stop ends it).",
    )
    counted = launcher.run("manage", "count").stdout.split()
    assert (counted[:2], counted[-1]) == (["1", "mst_app"], launcher.address())
    assert ports.answers(port, "/"), "a command that borrowed the services must not stop them"

    demo.send_signal(signal.SIGINT)

    assert demo.wait(30) == 0
    assert launcher.processes() == {}
    assert not launcher.house.running.exists()


def test_demo_starts_again_after_everything_was_killed(launcher: Launcher) -> None:
    port = ports.free_port()
    launcher.kill_everything(launcher.start_demo(port))
    stale = launcher.house.postgres_data / "postmaster.pid"
    # Another process may have the number of the server that was killed.
    stale.write_text(f"{os.getpid()}\n" + stale.read_text().partition("\n")[2])

    demo = launcher.start_demo(port)

    assert ports.answers(port, "/")
    assert launcher.run("manage", "count").stdout.startswith("1 ")
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(30) == 0


def test_demo_takes_its_programs_along_when_it_is_killed(launcher: Launcher) -> None:
    demo = launcher.start_demo(ports.free_port())
    assert len(launcher.processes()) >= 5

    demo.kill()
    demo.wait()

    launcher.wait_until_nothing_runs()


def test_demo_starts_again_what_ends_by_itself(launcher: Launcher) -> None:
    port = ports.free_port()
    demo = launcher.start_demo(port)
    for pid, words in launcher.processes().items():
        if "valkey-server" in words or "gunicorn" in words:
            os.kill(pid, signal.SIGKILL)

    for _ in range(200):
        if "web ended and is started again" in (launcher.checkout / "said.txt").read_text():
            break
        signal.sigtimedwait([], 0.1)

    assert "Redis ended and is started again" in (launcher.checkout / "said.txt").read_text()
    for _ in range(100):
        if ports.answers(port, "/"):
            break
        signal.sigtimedwait([], 0.1)
    assert ports.answers(port, "/")
    assert launcher.run("stop").returncode == 0
    assert demo.wait(30) == 0
    assert launcher.processes() == {}


def test_demo_check_passes_the_result_through_and_leaves_no_data(launcher: Launcher) -> None:
    nowhere = {"DATABASE_URL": "postgres://nowhere/else", "REDIS_URL": "redis://nowhere"}

    done = launcher.run("demo", "--check", **nowhere)

    assert (done.returncode, done.stdout) == (3, "the web says ok\n")
    assert "DATABASE_URL, REDIS_URL: not used" in done.stderr
    assert launcher.processes() == {}
    assert launcher.run("manage", "count").stdout.startswith("0 "), "the user's data are untouched"


def test_demo_says_that_its_port_is_taken(launcher: Launcher) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = launcher.run("demo", "--port", str(port))

    assert done.returncode == 1
    assert one_line(done.stderr) == (
        f"Port {port} is taken by another program; try “./run demo --port {port + 1}”."
    )
    assert launcher.processes() == {}


def test_manage_starts_what_it_needs_and_says_nothing_of_its_own(
    launcher: Launcher, tmp_path: Path
) -> None:
    done = launcher.run("manage", "count", "--exit", "7", cwd=tmp_path)

    address = "http://127.0.0.1:8000"
    assert (done.returncode, done.stdout) == (7, f"0 mst_app {tmp_path} {address}\n")
    assert launcher.processes() == {}
    assert launcher.run("manage", "showmigrations", "--plan").stdout == "[X]  toy.0001_initial\n"


def test_secret_is_made_once_for_its_owner_alone(launcher: Launcher) -> None:
    launcher.run("manage", "count")
    path = launcher.house.var / "secret-key"
    first = path.read_text()

    launcher.run("manage", "count")

    assert (path.stat().st_mode & 0o777, path.read_text()) == (0o600, first)
    assert len(first) >= 50


def test_half_made_folder_is_made_anew(new_launcher: Launcher) -> None:
    half_made = new_launcher.house.postgres_data.with_suffix(".making")
    new_launcher.house.prepare()
    (half_made / "base").mkdir(parents=True)

    assert new_launcher.run("manage", "count").stdout.startswith("0 ")

    assert not half_made.exists()


def test_damaged_folder_is_left_alone_until_a_reset(launcher: Launcher) -> None:
    data = launcher.house.postgres_data
    (data / "global" / "pg_control").unlink()
    before = sorted(path.name for path in data.iterdir())

    done = launcher.run("manage", "count")

    assert done.returncode == 1
    assert one_line(done.stderr).startswith(f"{data} is not a whole PostgreSQL folder; it was left")
    assert sorted(path.name for path in data.iterdir()) == before
    assert launcher.run("reset").returncode == 1
    assert data.exists(), "a reset must be meant"
    assert launcher.run("reset", "--yes").returncode == 0
    assert not launcher.house.var.exists()


def test_closed_home_folder_and_a_strict_umask_are_no_hindrance(
    new_launcher: Launcher, folder: Path
) -> None:
    folder.chmod(0o700)

    done = new_launcher.run("manage", "count", umask=0o077)

    assert (done.returncode, done.stdout[:2]) == (0, "0 ")
    inside = new_launcher.house.postgres_home == new_launcher.house.var / "postgres"
    assert inside is not places.running_as_root()
    assert new_launcher.run("reset", "--yes").returncode == 0
    assert not new_launcher.house.postgres_home.exists()


def test_server_of_ones_own_needs_both_addresses(launcher: Launcher) -> None:
    done = launcher.run("manage", "count", DATABASE_URL="postgres://somewhere/else")

    assert done.returncode == 1
    assert one_line(done.stderr).startswith("DATABASE_URL is set, so set OWNER_DATABASE_URL too")
