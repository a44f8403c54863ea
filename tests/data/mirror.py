"""A real web server on loopback that plays a mirror: a good one, or one of several bad ones."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mirror(ThreadingHTTPServer):
    """Serves ``contents`` (name -> bytes) in the manner of ``behaviour``; counts the requests."""

    daemon_threads = True

    def __init__(self, contents, behaviour):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents = contents
        self.behaviour = behaviour
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/mnist/"

    def handle_error(self, request, client_address):
        """Say nothing: a client that stops in the middle is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.server.asked.append(name)
        content = self.server.contents.get(name)
        behaviour = self.server.behaviour
        if behaviour == "404" or content is None:
            self.send_error(404)
        elif behaviour == "cut off":
            self._send(content[: len(content) // 2], len(content))
            self.wfile.flush()
            self.connection.close()
        elif behaviour == "truncated":
            self._send(content[:-10], len(content) - 10)
        elif behaviour == "wrong bytes":
            self._send(content[:-1] + bytes([content[-1] ^ 1]), len(content))
        elif behaviour == "endless":
            self._endless()
        elif behaviour == "silent":
            self.server.release.wait(10)
        elif behaviour == "unpacking":
            self._send(content, len(content), encoding="gzip" if "gzip" in self._accepted() else None)
        else:
            self._send(content, len(content))

    def _accepted(self):
        return self.headers.get("Accept-Encoding", "")

    def _send(self, content, length, encoding=None):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(content)

    def _endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(1 << 16))
            self.server.sent += 1 << 16

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def mirror(contents, behaviour="good"):
    with Mirror(contents, behaviour) as server:
        server.sent = 0
        server.release = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()
            thread.join()
