"""Programs asked without a web server between: FastCGI as one would speak it."""

import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import time

from suite import BUILD, wait_for

BEGIN, PARAMS, STDIN = 1, 4, 5
RESPONDER = struct.pack(">HB5x", 1, 0)


def record(kind, content):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def length(text):
    return bytes([len(text)]) if len(text) < 128 else struct.pack(">I", len(text) | 1 << 31)


def variables(values):
    pairs = [(name.encode(), value.encode()) for name, value in values.items()]
    return b"".join(length(n) + length(v) + n + v for n, v in pairs)


def request(path, key, headers):
    values = {"REQUEST_METHOD": "GET", "REQUEST_URI": path, "SERVER_PROTOCOL": "HTTP/1.1",
              "HTTP_AUTHORIZATION": f"Bearer {key}"}
    for name, value in headers.items():
        values["HTTP_" + name.upper().replace("-", "_")] = value
    return (record(BEGIN, RESPONDER) + record(PARAMS, variables(values)) + record(PARAMS, b"")
            + record(STDIN, b""))


class Program:
    """One process at a socket of its own, on a suite's books."""

    def __init__(self, suite, name):
        self.suite, self.name = suite, name
        self.room = bytearray(1 << 20)

    def __enter__(self):
        self.place = tempfile.TemporaryDirectory(prefix="turnpike-bench-")
        self.socket = str(pathlib.Path(self.place.name) / "socket")
        self.process = subprocess.Popen(
            [BUILD / f"cgi-bin/{self.name}.fcgi", "--socket", self.socket],
            env={**self.suite.environment, "TURNPIKE_HOME": str(self.suite.home)},
            stderr=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(self.socket))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.place.cleanup()

    def ask(self, path, headers=None):
        """Milliseconds from the request to the answer's last byte."""
        asked = request(path, self.suite.key, headers or {})
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.socket)
            then = time.perf_counter()
            s.sendall(asked)
            while s.recv_into(self.room):
                pass
            return (time.perf_counter() - then) * 1000
