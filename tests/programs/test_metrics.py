"""/metrics, as Prometheus reads it: the format, the numbers, and who may."""

import os
import re
import signal

import pytest

from suite import Suite, wait_for

TOKEN = "a-token-of-more-than-16-letters"
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9]+(?:\.[0-9]+)?)")


def parse(text):
    """{(name, labels): value} of the text format; strict as promtool is."""
    assert text.endswith("\n")
    samples, types, helped, family = {}, {}, set(), None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in helped and len(line.split(" ", 3)[3]) > 5
            helped.add(name)
        elif line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert family in helped and family not in types and kind in (
                "counter", "gauge", "histogram")
            assert kind != "counter" or family.endswith("_total")
            types[family] = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            name, labels, value = found.groups()
            base = re.sub("_(bucket|sum|count)$", "", name) if types[family] == "histogram" else name
            assert base == family, f"{name} stands in the family {family}"
            pairs = tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
            assert (name, pairs) not in samples, f"twice: {line}"
            samples[name, pairs] = float(value)
    check_histograms(samples, [name for name, kind in types.items() if kind == "histogram"])
    return samples


def check_histograms(samples, names):
    for name in names:
        series = {}
        for (sample, labels), value in samples.items():
            if sample == f"{name}_bucket":
                rest = tuple(pair for pair in labels if pair[0] != "le")
                le = dict(labels)["le"]
                series.setdefault(rest, []).append(
                    (float("inf") if le == "+Inf" else float(le), value))
        for rest, buckets in series.items():
            assert buckets == sorted(buckets), name
            assert [v for _, v in buckets] == sorted(v for _, v in buckets), name
            assert buckets[-1][0] == float("inf")
            assert buckets[-1][1] == samples[f"{name}_count", rest]
            assert samples[f"{name}_sum", rest] >= 0


def scrape(suite, key=TOKEN, **how):
    answer = suite.ask("GET", "/metrics", key=key, **how)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return parse(answer.text)


def one(samples, name, **labels):
    return samples[name, tuple(sorted(labels.items()))]


def total(samples, name, **labels):
    return sum(value for (sample, pairs), value in samples.items()
               if sample == name and set(labels.items()) <= set(pairs))


@pytest.fixture(scope="module")
def watched():
    with Suite(procs=3, settings={"metrics_token": "token"}) as s:
        (s.home / "token").write_text(TOKEN + "\n")
        (s.home / "token").chmod(0o600)
        s.turnpike("credit", "add", "default", 100)
        yield s


def streamed(suite):
    """Has a stream been answered? A web server that has yet to notice that its
    programs are gone answers by itself."""
    stream = suite.stream("lorem+tokens=30")
    return stream.status == 200 and stream.rest()[-1].done


def test_all_processes_are_counted(watched):
    """Three of chat, and those that are gone."""
    before = scrape(watched)
    used = []
    for _ in range(12):
        used.append(watched.chat("think", max_tokens=400).json()["usage"])
    ended = set(watched.processes("chat"))
    for pid in ended:
        os.kill(pid, signal.SIGTERM)
    assert wait_for(lambda: not ended & set(watched.processes("chat")), 30)
    assert wait_for(lambda: streamed(watched), 30), "the web server has not started others"
    after = scrape(watched)

    def more(name, **labels):
        return total(after, name, **labels) - total(before, name, **labels)

    think = {"model": "sandbox/think", "provider": "sandbox"}
    assert more("turnpike_requests_total", **think) == 12
    assert more("turnpike_requests_total", model="sandbox/lorem", provider="sandbox") == 1
    assert more("turnpike_tokens_total", **think) == sum(u["total_tokens"] for u in used)
    assert more("turnpike_tokens_total", kind="reasoning", **think) == sum(
        u["completion_tokens_details"]["reasoning_tokens"] for u in used)
    assert more("turnpike_charged_dollars_total", **think) == pytest.approx(
        sum(u["cost"] for u in used))
    assert more("turnpike_attempts_total", provider="sandbox", outcome="ok") == 13
    assert more("turnpike_first_token_seconds_count", provider="sandbox") == 1
    assert one(after, "turnpike_open_generations") == 0
    assert one(after, "turnpike_held_dollars") == 0
    assert one(before, "turnpike_credit_dollars") - one(after, "turnpike_credit_dollars") \
        == pytest.approx(more("turnpike_charged_dollars_total"))


def test_the_numbers_are_those_of_the_books(watched):
    watched.chat("fault+status=500")
    watched.ask("POST", "/v1/embeddings", {"model": "sandbox/embed", "input": "Hi"})
    samples = scrape(watched)
    for row in watched.rows(
            "SELECT model, provider, COUNT(*) AS n, SUM(charge) AS charge, SUM(cost) AS cost, "
            "SUM(outcome = 'failed') AS failed FROM generation GROUP BY model, provider"):
        labels = {"model": row["model"], "provider": row["provider"]}
        assert one(samples, "turnpike_requests_total", **labels) == row["n"]
        assert one(samples, "turnpike_requests_failed_total", **labels) == row["failed"]
        assert one(samples, "turnpike_charged_dollars_total", **labels) * 1e9 \
            == pytest.approx(row["charge"])
        assert one(samples, "turnpike_cost_dollars_total", **labels) * 1e9 \
            == pytest.approx(row["cost"])
    assert one(samples, "turnpike_attempts_total", provider="sandbox", outcome="server_error") >= 1
    assert total(samples, "turnpike_info") == 1


def test_what_is_under_way_is_seen(watched):
    stream = watched.stream("lorem+tokens=2000+pace=20")
    next(iter(stream))
    samples = scrape(watched)
    assert one(samples, "turnpike_open_generations") == 1
    assert one(samples, "turnpike_held_dollars") > 0
    assert one(samples, "turnpike_oldest_generation_seconds") >= 0
    stream.connection.close()
    assert watched.no_holds(20)
    assert one(scrape(watched), "turnpike_open_generations") == 0


def test_labels_are_names_of_the_catalogue(watched):
    """P64: whatever anybody sends, there are no series for it."""
    before = scrape(watched)
    for i in range(5):
        watched.chat("echo", user=f"user-{i}", session_id=f"session-{i}",
                     headers={"X-Title": f"title-{i}", "HTTP-Referer": f"https://{i}.example"})
        watched.chat(f"nonesuch-{i}")
        watched.ask("POST", "/v1/sandbox/v1/chat/completions",
                    {"model": f"native-{i}", "messages": [{"role": "user", "content": "Hi"}]})
        watched.chat(key=watched.new_key())
    after = scrape(watched)
    text = watched.ask("GET", "/metrics", key=TOKEN).text
    models = {row["id"] for row in watched.rows("SELECT id FROM model")} | {"other"}
    providers = {row["slug"] for row in watched.rows("SELECT slug FROM provider")} | {"other"}
    for _, labels in after:
        labels = dict(labels)
        assert labels.keys() <= {"model", "provider", "kind", "outcome", "le", "version"}
        assert labels.get("model", "other") in models
        assert labels.get("provider", "other") in providers
    assert len(after) - len(before) <= 2 * 8 + 20
    for secret in (watched.key, TOKEN, "native-", "nonesuch", "user-", "title-"):
        assert secret not in text


def test_names_of_models_are_bounded(fresh):
    """P64. What was asked first keeps its name."""
    s = fresh(settings={"metrics": "open", "metrics_models": 2})
    first = {m for m in ("echo", "lorem", "json")
             if s.chat(m).status == 200}
    assert len(first) == 3
    samples = scrape(s, None)
    named = {dict(labels)["model"] for name, labels in samples if name == "turnpike_requests_total"}
    assert len(named) == 3 and "other" in named
    assert total(samples, "turnpike_requests_total") == s.rows(
        "SELECT COUNT(*) AS n FROM generation")[0]["n"]


# ---- Who may

def status(suite, key=None, **headers):
    return suite.ask("GET", "/metrics", key=key, headers=headers or None).status


def test_only_with_the_token(watched):
    assert status(watched, TOKEN) == 200
    assert status(watched, None, **{"X-Api-Key": TOKEN}) == 200
    for wrong in (None, TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "lr_mgmt_" + "0" * 48,
                  "' OR '1'='1"):
        answer = watched.ask("GET", "/metrics", key=wrong)
        assert answer.status == 401 and "turnpike_" not in answer.text, (wrong, answer)
    assert status(watched, watched.key) == 403


def test_a_token_can_be_changed_as_it_runs(watched):
    path = watched.home / "token"
    try:
        path.write_text("another-token-of-sufficient-length")
        assert status(watched, TOKEN) == 401
        assert status(watched, "another-token-of-sufficient-length") == 200
        for bad in ("", "short", None):
            if bad is None:
                path.unlink()
            else:
                path.write_text(bad + "\n")
            answer = watched.ask("GET", "/metrics", key=TOKEN)
            assert answer.status == 500 and str(path) not in answer.text, answer
            assert answer.error["message"] == "internal error"
            assert watched.ask("GET", "/metrics", key=bad or None).status in (401, 500)
    finally:
        path.write_text(TOKEN + "\n")
    assert status(watched, TOKEN) == 200


def test_a_management_key_sees_its_account_alone(suite):
    name, key = suite.account(3)
    suite.chat("lorem+tokens=7", key=key)
    mine = suite.turnpike("key", "create", "--account", name, "--management")["key"]
    samples = scrape(suite, mine)
    assert one(samples, "turnpike_requests_total", model="sandbox/lorem", provider="sandbox") == 1
    assert total(samples, "turnpike_requests_total") == 1
    charge = one(samples, "turnpike_charged_dollars_total", model="sandbox/lorem", provider="sandbox")
    assert one(samples, "turnpike_credit_dollars") == pytest.approx(3 - charge) and charge > 0
    assert one(samples, "turnpike_open_generations") == 0
    names = {name for name, _ in samples}
    assert not any(name.startswith(("turnpike_attempts", "turnpike_overrun", "turnpike_first"))
                   for name in names)
    assert suite.ask("GET", "/metrics", key=key).status == 403


@pytest.mark.parametrize("headers,want", [
    ({}, 200), ({"Host": "localhost"}, 200), ({"Host": "localhost:9090"}, 200),
    ({"Host": "[::1]:9090"}, 200), ({"Host": "127.0.0.1"}, 200),
    ({"Host": "evil.example"}, 401), ({"Host": "localhost.evil.example"}, 401),
    ({"Host": "127.0.0.1.evil.example"}, 401),
    ({"Origin": "https://evil.example"}, 401), ({"Origin": "null"}, 401),
    ({"X-Forwarded-For": "127.0.0.1"}, 401), ({"Forwarded": "for=10.0.0.1"}, 401),
    ({"X-Real-IP": "10.0.0.1"}, 401), ({"Via": "1.1 proxy"}, 401)])
def test_this_machine_may_when_it_is_let(local, headers, want):
    assert status(local, None, **headers) == want
    assert status(local, local.key, **headers) == (200 if want == 200 else 403)


@pytest.fixture(scope="module")
def local():
    with Suite(settings={"metrics": "loopback"}) as s:
        yield s


def test_there_may_be_none_at_all(fresh):
    s = fresh(settings={"metrics": "off"})
    for key in (None, s.key, s.management_key):
        answer = s.ask("GET", "/metrics", key=key)
        assert answer.status == 404 and answer.error["code"] == 404


def test_the_path_as_it_stands_alone(watched):
    for path in ("/v1/metrics", "/api/v1/metrics", "/metrics/x"):
        answer = watched.ask("GET", path, key=TOKEN)
        assert answer.status in (401, 404) and "turnpike_" not in answer.text
