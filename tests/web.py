"""A small server on this machine, for the services that others keep."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(answer):
    """The address of a server; `answer(path, body)` gives (status, content)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._give(b"")

        def do_POST(self):
            self._give(self.rfile.read(int(self.headers["Content-Length"])))

        def _give(self, body):
            status, content = answer(self.path, body)
            kinds = {"/crl": "application/pkix-crl"}
            self.send_response(status)
            self.send_header("Content-Type", kinds.get(self.path, "application/timestamp-reply"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
