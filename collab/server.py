"""Running the web processes."""

import gc
import os
import time
from threading import Thread
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from collab.app import create_app
from collab.config import Settings

#: So many seconds after its parent a web process ends too.
ALONE_FOR = 1.0


def serve(settings: Settings) -> None:
    """Answer requests until told to stop. One blocking thread per process is the steadiest."""
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
