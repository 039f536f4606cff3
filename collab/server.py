"""Running the web processes."""

import errno
import gc
import os
import socket
import time
from threading import Thread
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from collab.app import create_app
from collab.config import Settings
from collab.errors import CollabError

#: So many seconds after its parent a web process ends too.
ALONE_FOR = 1.0


class PortTaken(CollabError):
    """Another program, perhaps another Collab, answers at the address already."""


def check_port(settings: Settings) -> None:
    """Raise PortTaken if something listens there already.

    The server itself would share the port with it (SO_REUSEPORT), and each would get half of the requests.
    """
    try:
        wanted, *_ = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        with socket.socket(wanted[0], wanted[1]) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(wanted[4])
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"Something else listens on {settings.host}:{settings.port}. Set PORT to another port."
        ) from error


def serve(settings: Settings) -> None:
    """Answer requests until told to stop. One blocking thread per process is the steadiest."""
    _wait_for_port(settings)
    server = Granian(
        "collab.server:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
        backlog=1024,
    )
    server.serve()


def _wait_for_port(settings: Settings) -> None:
    """A server that was stopped a moment ago may still be closing its own."""
    patience = time.monotonic() + 5
    while True:
        try:
            return check_port(settings)
        except PortTaken:
            if time.monotonic() > patience:
                raise
            time.sleep(0.2)


def application() -> WSGIApplication:
    """What each web process answers with. It ends when the parent is gone that would look after it."""
    app = create_app()
    gc.collect()
    gc.freeze()  # what is there now stays: not worth looking through again and again
    Thread(target=_end_after, args=(os.getppid(),), daemon=True).start()
    return app


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ALONE_FOR)
    os._exit(1)  # at once, as by a kill: whatever was not acknowledged did not happen
