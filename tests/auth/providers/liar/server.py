"""One HTTP server on loopback for all providers of a test run; each lives below a path of its own."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, cast

from collab.db import new_public_id
from tests.auth.providers.liar.provider import Provider, Reply, SigningKey


class Town(ThreadingHTTPServer):
    """Providers by the first part of the path. What is nobody's address is noted in ``strayed``.

    ``complaints``: what a strict provider finds wrong with requests that it got.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.providers: dict[str, Provider] = {}
        self.strayed: list[str] = []
        self.complaints: list[str] = []
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def provider(self, key: SigningKey) -> Provider:
        """A new honest provider."""
        name = new_public_id()
        self.providers[name] = Provider(f"{self.url}/{name}", key)
        return self.providers[name]

    def reply(self, path: str, method: str, body: str, headers: dict[str, str]) -> Reply:
        name, _, endpoint = path.partition("?")[0].lstrip("/").partition("/")
        if name not in self.providers:
            self.strayed.append(path)
            return Reply({"error": "nobody lives here"}, 404)
        return self.providers[name].reply(endpoint, method, body, headers)

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Door(BaseHTTPRequestHandler):
    server_version: ClassVar[str] = "Town"

    def _answer(self) -> None:
        town = cast("Town", self.server)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            reply = town.reply(self.path, self.command, body, headers)
        except (AssertionError, KeyError) as error:
            town.complaints.append(f"{self.path}: {error!r}")
            reply = Reply({"error": "invalid_request"}, 400)
        if reply.silent:
            town.closing.wait(60)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not reply.drip:
            self.send_header("Content-Length", str(len(reply.raw)))
        self.end_headers()
        try:
            self._write(reply)
        except (BrokenPipeError, ConnectionResetError):
            return  # whoever asked has heard enough

    def _write(self, reply: Reply) -> None:
        if not reply.drip:
            self.wfile.write(reply.raw)
            return
        for byte in reply.raw:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(reply.drip)

    do_GET = do_POST = _answer  # noqa: N815 - named by http.server

    def log_message(self, *_args: object) -> None:
        """Quiet."""
