"""The port that the web answers on."""

import socket
from http.client import HTTPConnection, HTTPException

from mst_sites.embedded.console import CannotGoOn

HOST = "127.0.0.1"
USUAL_PORT = 8000
HIGHEST_PORT = 65_535


def refuse_if_taken(port: int) -> None:
    """Raise CannotGoOn if something already listens on a port, or nothing can."""
    if not 0 < port <= HIGHEST_PORT:
        raise CannotGoOn(f"There is no port {port}; take one from 1024 to {HIGHEST_PORT}.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except PermissionError:
            raise CannotGoOn(f"Port {port} needs root; take one above 1023.") from None
        except OSError:
            another = port + 1 if port < HIGHEST_PORT else USUAL_PORT
            raise CannotGoOn(
                f"Port {port} is taken by another program; try “./run demo --port {another}”."
            ) from None


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    return port


def answers(port: int, path: str) -> bool:
    """Tell whether the web on a port answers a path with success."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
