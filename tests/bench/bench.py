"""What the suite costs beside nginx's plain proxy: what `make bench` runs.

All on one machine: load generator (wrk), web server, programs and a static
provider. Plain and governed runs alternate, and only their ratios mean
anything elsewhere.

	make bench BENCH='--seconds 4 --rounds 1'
	make bench BENCH=--reads
"""

import argparse
import mmap
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "programs"))

import client  # noqa: E402  (found by the line above)
import reads  # noqa: E402
from servers import ANSWER, FRONT, PROVIDER, PROXY, Nginx  # noqa: E402
from streams import Crowd  # noqa: E402
from suite import BUILD, Suite, chat, free_port, wait_for  # noqa: E402

UNITS = {"us": 1, "ms": 1000, "s": 1000000, "m": 60000000}
LADDER = (1, 32, 128)
STREAMS = 1000
QUIET = {"log_requests": "off"}  # as the plain proxy is without its log


def microseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]


class Load:
    """What wrk measured: requests a second, and times in microseconds."""

    def __init__(self, port, connections, seconds, script):
        run = subprocess.run(
            ["wrk", "-t", str(min(2, connections)), "-c", str(connections),
             "-d", f"{seconds}s", "--timeout", "10s", "--latency", "-s", script,
             f"http://127.0.0.1:{port}/v1/chat/completions"],
            capture_output=True, text=True, check=True)
        text = run.stdout
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        self.count = int(re.search(r"(\d+) requests in", text)[1])
        self.median = microseconds(re.search(r"^\s+50%\s+(\S+)", text, re.M)[1])
        self.late = microseconds(re.search(r"^\s+99%\s+(\S+)", text, re.M)[1])
        self.longest = microseconds(re.search(r"Latency\s+\S+\s+\S+\s+(\S+)", text)[1])
        if wrong := re.search(r"(Non-2xx.*|Socket errors.*)", text):
            raise RuntimeError(f"port {port}: {wrong[1]}\n{text}")


def wrk_script(place, key):
    path = place / "post.lua"
    path.write_text(
        'wrk.method = "POST"\n'
        'wrk.headers["Content-Type"] = "application/json"\n'
        f'wrk.headers["Authorization"] = "Bearer {key}"\n'
        """wrk.body = '{"model":"sandbox/echo","max_tokens":64,"messages":"""
        """[{"role":"user","content":"Say something about a fox."}]}'\n""")
    return path


class Bench:
    def __init__(self, options):
        self.seconds, self.rounds = options.seconds, options.rounds
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-bench-"))

    def load(self, port, connections, seconds=None):
        return Load(port, connections, seconds or self.seconds, self.script)

    # ---- whole answers

    def ladder(self, ports):
        """Each of PORTS (name to port) at each number of connections, in turn;
        the median of the rounds."""
        for connections in LADDER:
            loads = {name: [] for name in ports}
            for _ in range(self.rounds):
                for name, port in ports.items():
                    loads[name].append(self.load(port, connections))
            yield connections, {name: self.middle(them) for name, them in loads.items()}

    @staticmethod
    def middle(loads):
        return {part: statistics.median(getattr(load, part) for load in loads)
                for part in ("rate", "median", "late")}

    def throughput(self, ports):
        print("\n| connections | front | plain proxy, requests/s | governed, requests/s "
              "| ratio | added median, µs | added 99th percentile, µs |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for connections, loads in self.ladder(ports):
            plain = loads.pop("plain proxy")
            for name, load in loads.items():
                print(f"| {connections} | {name} | {plain['rate']:,.0f} | {load['rate']:,.0f} "
                      f"| {load['rate'] / plain['rate']:.3f} "
                      f"| {load['median'] - plain['median']:,.0f} "
                      f"| {load['late'] - plain['late']:,.0f} |", flush=True)

    def stalls(self, ports, seconds=30):
        print()
        for name, port in ports.items():
            load = self.load(port, 32, seconds)
            print(f"Longest request in {seconds} s at 32 connections, {name}: "
                  f"{load.longest / 1000:.1f} ms", flush=True)

    # ---- the log

    def log_per_request(self, provider):
        """With a meter in the programs, and so not in the runs above."""
        meter = self.place / "meter"
        meter.write_bytes(bytes(16))
        library = self.place / "log_meter.so"
        subprocess.run(["cc", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-o", library,
                        HERE / "log_meter.c", "-ldl"], check=True)
        metered = {"LD_PRELOAD": str(library), "LOG_METER": str(meter)}
        with Suite(settings=QUIET, environment=metered) as suite, open(meter, "rb") as file:
            self.aim(suite, provider)
            counts = mmap.mmap(file.fileno(), 16, access=mmap.ACCESS_READ)
            print()
            for connections in LADDER:
                before = struct.unpack("QQ", counts[:])
                load = self.load(suite.port, connections, 3)
                time.sleep(0.3)
                size, commits = (now - then for now, then in
                                 zip(struct.unpack("QQ", counts[:]), before))
                print(f"Log per request at {connections} connections: "
                      f"{size / load.count:,.0f} bytes, "
                      f"{commits / load.count:.2f} commits", flush=True)

    # ---- streams

    def streams(self, suite, pause=0.5, events=40):
        """Memory and processor time of 1,000 paced streams."""
        port = free_port()
        suite.turnpike("provider", "change", "sandbox", "--url", f"http://127.0.0.1:{port}/v1")
        request = client.request("POST", "/v1/chat/completions",
                                 chat("lorem", stream=True, max_tokens=1000), suite.key)
        idle = memory(suite)
        with Crowd(port, suite.port, request, STREAMS, events, pause) as crowd:
            time.sleep(6)
            before, then = processor(suite), time.monotonic()
            busy = memory(suite)
            time.sleep(8)
            spent, passed = (now - was for now, was in zip(processor(suite), before)), \
                time.monotonic() - then
            seen = crowd.results.get(timeout=120)
        passing = STREAMS * passed / pause
        chat_spent, front_spent = spent
        print(f"\n{STREAMS} streams, an event every {pause * 1000:.0f} ms: "
              f"{seen['done']} ended well, {seen['events']:,} events arrived")
        print(f"Memory per open stream: chat {(busy[0] - idle[0]) / STREAMS / 1024:.1f} KiB, "
              f"lighttpd {(busy[1] - idle[1]) / STREAMS / 1024:.1f} KiB")
        print(f"Processor time per event: chat {chat_spent / passing * 1e6:.1f} µs, "
              f"lighttpd {front_spent / passing * 1e6:.1f} µs")
        assert seen["done"] == STREAMS, seen
        assert wait_for(suite.no_holds), suite.held()

    # ---- all of it

    def aim(self, suite, provider):
        suite.turnpike("provider", "change", "sandbox", "--url",
                       f"http://127.0.0.1:{provider.port}/v1")
        suite.turnpike("credit", "add", "default", 1000000)
        self.script = wrk_script(self.place, suite.key)
        assert suite.chat().status == 200

    def run(self):
        provider = Nginx(PROVIDER, free_port(), answer=ANSWER)
        proxy = Nginx(PROXY, free_port(), provider=provider.port)
        suite = Suite(settings=QUIET)
        socket = self.place / "chat"
        front = Nginx(FRONT, free_port(), socket=socket)
        with provider, proxy, suite, Listening(suite, socket), front:
            self.aim(suite, provider)
            describe()
            ports = {"plain proxy": proxy.port, "lighttpd": suite.port, "nginx": front.port}
            self.throughput(ports)
            self.stalls(ports)
            findings = suite.fsck()
            held = suite.held()
            self.streams(suite)
            print(f"\nfsck after all of it: {len(findings)} findings, {held[0]} holds left")
            assert not findings and not held[0]
        with Nginx(PROVIDER, free_port(), answer=ANSWER) as provider:
            self.log_per_request(provider)


class Listening:
    """`chat` at a socket of its own, on a suite's books."""

    def __init__(self, suite, socket):
        self.suite, self.socket = suite, socket

    def __enter__(self):
        self.process = subprocess.Popen(
            [BUILD / "cgi-bin/chat.fcgi", "--socket", self.socket],
            env={**self.suite.environment, "TURNPIKE_HOME": str(self.suite.home)})
        wait_for(self.socket.exists)
        os.chmod(self.socket, 0o666)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def tree(suite):
    """The ids of `chat` and of its web server."""
    chats = suite.processes("chat")
    served = [pid for pid in chats if parent_name(pid) == "lighttpd"]
    return served, [parent(pid) for pid in served]


def status(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split()[1]
    return "0"


def parent(pid):
    return int(status(pid, "PPid"))


def parent_name(pid):
    return pathlib.Path(f"/proc/{parent(pid)}/comm").read_text().strip()


def memory(suite):
    """Private bytes of `chat` and of the web server."""
    return [sum(int(status(pid, "RssAnon")) * 1024 for pid in pids) for pids in tree(suite)]


def processor(suite):
    """Seconds of processor time of `chat` and of the web server."""
    def spent(pid):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return [sum(map(spent, pids)) for pids in tree(suite)]


def describe():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), "unknown processor")
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {model}, "
          f"Linux {os.uname().release.split('-')[0]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="of each run")
    parser.add_argument("--rounds", type=int, default=3, help="of all runs")
    parser.add_argument("--reads", action="store_true",
                        help="only what looking back costs: see reads.py")
    parser.add_argument("--generations", type=int, default=1000000, help="to look back on")
    parser.add_argument("--home", help="a folder that keeps them for the next time")
    parser.add_argument("--only", default="", help="what is asked: a regular expression")
    options = parser.parse_args()
    if options.reads:
        describe()
        reads.run(options)
    else:
        Bench(options).run()


main()
