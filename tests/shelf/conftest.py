"""A server that real connections reach."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.cast import World


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 50


@pytest.fixture
def port(world: World) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, world.app, Threads, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()
