"""A raw HTTP client: it sees every byte when it comes, and may behave badly."""

import json
import socket
import time


class Answer:
    """A whole answer. `headers` has lower-case names; a header that came twice
    is joined with ", "."""

    def __init__(self, status, reason, headers):
        self.status, self.reason, self.headers = status, reason, headers
        self.body = b""

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """The error's members, in OpenAI's shape."""
        return self.json()["error"]

    def events(self):
        return list(parse_events(self.body))

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:2000]!r}>"


class Event:
    """One block of a stream. `data` is None for a comment."""

    def __init__(self, raw, at):
        self.raw, self.at = raw, at
        lines = raw.split(b"\n")
        data = [line[5:].lstrip(b" ") for line in lines if line.startswith(b"data:")]
        self.data = b"\n".join(data) if data else None
        self.comment = any(line.startswith(b":") for line in lines) and not data

    @property
    def done(self):
        return self.data == b"[DONE]"

    def json(self):
        return json.loads(self.data)

    @property
    def content(self):
        """The text that it adds, or ""."""
        if self.data is None or self.done:
            return ""
        choices = self.json().get("choices") or [{}]
        return (choices[0].get("delta") or {}).get("content") or choices[0].get("text") or ""

    def __repr__(self):
        return repr(self.raw)


def parse_events(body, at=0.0):
    """The blocks of BODY; what is not ended by an empty line counts as well."""
    for raw in body.replace(b"\r\n", b"\n").split(b"\n\n"):
        if raw.strip(b"\n"):
            yield Event(raw.strip(b"\n"), at)


class Connection:
    """One TCP connection to the suite."""

    def __init__(self, port, timeout=30, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seen = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Break off with RST."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def send(self, raw):
        self.socket.sendall(raw)

    def ask(self, method, path, body=None, key=None, headers=None):
        """Send a whole request. BODY may be bytes, text or a JSON value."""
        self.send(request(method, path, body, key, headers))

    def more(self):
        """Wait for more bytes; False at the end."""
        got = self.socket.recv(65536)
        self.seen += got
        return bool(got)

    def take(self, count):
        while len(self.seen) < count:
            if not self.more():
                raise ConnectionError(f"ended after {self.seen!r}, wanted {count} bytes")
        taken, self.seen = self.seen[:count], self.seen[count:]
        return taken

    def line(self):
        while b"\n" not in self.seen:
            if not self.more():
                raise ConnectionError(f"ended inside of {self.seen!r}")
        line, self.seen = self.seen.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def head(self):
        _, status, *reason = self.line().split(" ", 2)
        headers = {}
        while line := self.line():
            name, value = line.split(":", 1)
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Answer(int(status), " ".join(reason), headers)

    def pieces(self, answer):
        """The body's bytes as they come."""
        if "chunked" in answer.headers.get("transfer-encoding", ""):
            yield from self.chunks()
        elif "content-length" in answer.headers:
            left = int(answer.headers["content-length"])
            while left:
                if not self.seen and not self.more():
                    raise ConnectionError(f"{left} bytes of the body are missing")
                piece, self.seen = self.seen[:left], self.seen[left:]
                left -= len(piece)
                yield piece
        else:
            yield self.seen
            self.seen = b""
            while self.more():
                yield self.seen
                self.seen = b""

    def chunks(self):
        while size := int(self.line().split(";")[0], 16):
            yield self.take(size)
            self.take(2)
        while self.line():
            pass

    def answer(self):
        answer = self.head()
        if answer.status == 100:
            answer = self.head()
        if answer.status not in (204, 304):
            answer.body = b"".join(self.pieces(answer))
        return answer

    def events(self, answer):
        """The events of a stream whose head has been read, when they come."""
        rest = b""
        for piece in self.pieces(answer):
            at = time.monotonic()
            *whole, rest = (rest + piece).replace(b"\r\n", b"\n").split(b"\n\n")
            for raw in whole:
                if raw.strip(b"\n"):
                    yield Event(raw.strip(b"\n"), at)
        if rest.strip():
            yield Event(rest.strip(b"\n"), time.monotonic())


def request(method, path, body=None, key=None, headers=None):
    """A request as bytes. Headers given win over those made here; None leaves
    one out."""
    if body is None or isinstance(body, bytes):
        raw = body or b""
    elif isinstance(body, str):
        raw = body.encode()
    else:
        raw = json.dumps(body).encode()
    all_headers = {"Host": "127.0.0.1"}
    if key:
        all_headers["Authorization"] = f"Bearer {key}"
    if body is not None:
        all_headers["Content-Type"] = "application/json"
    if raw or method in ("POST", "PUT", "PATCH"):
        all_headers["Content-Length"] = str(len(raw))
    all_headers.update(headers or {})
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in all_headers.items() if value is not None]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + raw


def ask(port, method, path, body=None, key=None, headers=None, timeout=30):
    """One request on a connection of its own, and its whole answer."""
    with Connection(port, timeout) as c:
        c.ask(method, path, body, key, {"Connection": "close", **(headers or {})})
        return c.answer()
