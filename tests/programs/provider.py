"""A provider that a test plays itself: it keeps what it was sent, byte by byte,
and answers with the bytes that it is told."""

import contextlib
import json
import socket
import threading

# Whose place it takes, and a model that only that one has.
SEAT, MODEL = "deepseek", "deepseek/deepseek-chat"

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def whole(content="Hello", **members):
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content},
                         "finish_reason": "stop"}], "usage": USAGE, **members}
    return reply(json.dumps(body))


def reply(body, status="200 OK", headers=()):
    """A whole HTTP answer."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json",
             f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def failure(status, message="went wrong", **members):
    return reply(json.dumps({"error": {"message": message, "type": "server_error",
                                       **members}}), status)


class Request:
    def __init__(self, head, body):
        self.head, self.body = head, body
        self.line, *lines = head.decode("latin-1").split("\r\n")
        self.headers = {}
        for line in filter(None, lines):
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()

    @property
    def json(self):
        return json.loads(self.body)


class Provider:
    """`answers` is a list of what to say to one request after the other, the
    last for all that follow: bytes, or a function that is given the socket and
    the request. A connection is closed after a function."""

    def __init__(self):
        self.requests, self.connections = [], 0
        self.answers = [whole()]
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.open = []

    def join(self, suite, secret="sk-of-the-operator-0123456789"):
        """Take the place of a provider that the suite knows."""
        for credential in suite.turnpike("credential", "list", SEAT)["data"]:
            suite.turnpike("credential", "delete", credential["id"])
        suite.turnpike("provider", "change", SEAT, "--url", self.url)
        suite.turnpike("credential", "add", SEAT, "--environment", "STUB_SECRET",
                       environment={"STUB_SECRET": secret})

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.open:
            connection.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rb") as file:
                while request := self.read(file):
                    with self.lock:
                        self.requests.append(request)
                        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    if callable(answer):
                        answer(connection, request)
                        return
                    connection.sendall(answer)
        except OSError:
            pass

    @staticmethod
    def read(file):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line:
                return None
            head += line
        request = Request(head, b"")
        request.body = file.read(int(request.headers.get("content-length", 0)))
        return request
