"""A provider that paces its events, and many clients that read them: each in a
process of its own, so that neither waits for the other."""

import asyncio
import json
import multiprocessing
import time

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Connection: close\r\n\r\n")


def event(text, **more):
    return b"data: " + json.dumps({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1760000000,
        "model": "lorem", "choices": [{"index": 0, "delta": {"content": text},
                                       "finish_reason": None}], **more,
    }, separators=(",", ":")).encode() + b"\n\n"


async def paced_answer(reader, writer, events, pause):
    """EVENTS events, PAUSE seconds apart."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await reader.readexactly(int(line.split(b":")[1]))
        writer.write(HEAD)
        one = event("lorem ")
        for _ in range(events):
            writer.write(one)
            await asyncio.sleep(pause)
        end = json.loads(event("")[6:])
        end["choices"][0].update(delta={}, finish_reason="stop")
        writer.write(b"data: " + json.dumps(end).encode() + b"\n\n")
        end.update(choices=[], usage={"prompt_tokens": 5, "completion_tokens": events,
                                      "total_tokens": events + 5})
        writer.write(b"data: " + json.dumps(end).encode() + b"\n\ndata: [DONE]\n\n")
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def provider(port, events, pause):
    async def serve():
        server = await asyncio.start_server(
            lambda r, w: paced_answer(r, w, events, pause),
            "127.0.0.1", port, backlog=4096)
        await server.serve_forever()
    asyncio.run(serve())


async def one_client(port, request, counts):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        while piece := await reader.read(65536):
            counts["events"] += piece.count(b"data: ")
            if b"data: [DONE]" in piece:
                counts["done"] += 1
                break
    finally:
        writer.close()


def clients(port, request, count, results):
    """COUNT clients, begun over two seconds; what they saw."""
    async def all_of_them():
        counts = {"events": 0, "done": 0, "failed": 0}
        tasks = []
        for _ in range(count):
            tasks.append(asyncio.create_task(one_client(port, request, counts)))
            await asyncio.sleep(2 / count)
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            counts["failed"] += isinstance(outcome, BaseException)
        return counts
    results.put(asyncio.run(all_of_them()))


class Crowd:
    """COUNT streams at a time through the suite at PORT."""

    def __init__(self, provider_port, port, request, count, events, pause):
        self.results = multiprocessing.Queue()
        self.provider = multiprocessing.Process(
            target=provider, args=(provider_port, events, pause), daemon=True)
        self.clients = multiprocessing.Process(
            target=clients, args=(port, request, count, self.results), daemon=True)

    def __enter__(self):
        self.provider.start()
        time.sleep(0.5)
        self.clients.start()
        return self

    def __exit__(self, *_):
        for process in (self.clients, self.provider):
            process.terminate()
            process.join()
