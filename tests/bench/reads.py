"""What looking back costs: the routes that read, over a month of a million
generations and a catalogue of 2,000 models. What `make bench BENCH=--reads`
runs.

The past is made in the database itself, by SQL, and added up by the statements
of the schema step that adds up an old database's.
"""

import contextlib
import re
import sqlite3
import statistics
import time

from fastcgi import Program
from suite import TOP, Suite

DAYS = 31
KEYS = 20
MODELS = 2000
ASKED = 12  # of them, by each key
HOUR = 3600000

ROUNDS = 15  # of each question; the median is told

# Columns of a generation that are the same in all of them, or follow from its
# number. Numbers are spread by multiplying with a prime.
GENERATIONS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO generation (id, account, api_key, state, at, ended_at, holder, expires_at, held,
       prompt_estimate, operation, streamed, model_asked, model, endpoint, provider, price,
       outcome, charge, cost, fresh, cache_read, cache_write_5m, cache_write_1h, audio_in,
       image_in, output, reasoning, audio_out, image_out, searches, finish, status,
       first_token_ms, total_ms, referer, title, end_user)
SELECT printf('gen-%d-%024x', t.at / 1000, n.i), k.account, k.hash, 'settled', t.at, t.at + 900,
       'none', 0, 0, 40, 'chat', n.i % 2, a.model, a.model, a.endpoint, a.provider, a.price,
       CASE WHEN n.i % 50 = 0 THEN 'failed' ELSE 'answered' END,
       CASE WHEN n.i % 50 = 0 THEN 0 ELSE 1000 * (1 + n.i % 97) END,
       CASE WHEN n.i % 50 = 0 THEN 0 ELSE 1000 * (1 + n.i % 97) END,
       30 + n.i % 11, n.i % 7, 0, 0, 0, 0, n.i % 97, n.i % 5, 0, 0, 0, 'stop', 200, 180, 900,
       'https://app' || n.i % 40 || '.example', 'Application', 'user_' || n.i % 1000
  FROM n
  JOIN (SELECT :from + i * :step AS at, i AS of FROM n) t ON t.of = n.i
  JOIN bench_key k ON k.number = n.i * 7919 % :keys
  JOIN bench_model a ON a.number = n.i * 104729 / :keys % :asked
"""

TRANSFERS = """
INSERT INTO transfer (id, debit, credit, amount, kind, generation, note, at)
SELECT 'txn-' || substr(id, 5), 'credit:' || account, 'revenue', charge, 'usage', id, '', ended_at
  FROM generation WHERE charge > 0 AND holder = 'none'
"""


def fill_catalogue(db, count):
    """COUNT models more, each at one endpoint of the sandbox."""
    price = db.execute("SELECT price FROM endpoint WHERE provider = 'sandbox'").fetchone()[0]
    for i in range(count):
        id = f"bench/model-{i:04}"
        db.execute(
            "INSERT INTO model (id, name, description, released_at, context, output_limit,"
            " input_modalities, output_modalities, parameters) VALUES (?, ?, ?, ?, 128000, 16384,"
            " 'text,image', 'text', 'max_tokens,temperature,tools,tool_choice,top_p')",
            (id, f"Bench: Model {i}", "A model that is only listed. " * 4,
             1700000000000 + i * HOUR))
        db.execute("INSERT INTO endpoint (id, model, provider, native, price)"
                   " VALUES (?, ?, 'sandbox', 'echo', ?)", (f"bench-{i:04}", id, price))
    db.execute("UPDATE version SET number = number + 1 WHERE topic = 'catalogue'")


def number_keys_and_models(db):
    db.execute("CREATE TEMP TABLE bench_key AS SELECT row_number() OVER () - 1 AS number, hash,"
               " account FROM api_key WHERE kind = 'regular' LIMIT ?", (KEYS,))
    db.execute("CREATE TEMP TABLE bench_model AS SELECT row_number() OVER (ORDER BY id) - 1"
               " AS number, model, id AS endpoint, provider, price FROM endpoint"
               " WHERE model LIKE 'bench/%' LIMIT ?", (ASKED,))


def tally_statements():
    """The schema step's own, which add up what is there."""
    text = (TOP / "sql/schema/004-tallies.sql").read_text()
    return re.findall(r"^INSERT INTO tally_.*?;$", text, re.M | re.S)


def fill(suite, generations):
    """COUNT generations, evenly over the days until now, and the models; the
    seconds that adding up took."""
    span = DAYS * 24 * HOUR
    for _ in range(KEYS):
        suite.new_key()
    db = sqlite3.connect(suite.home / "turnpike.db", isolation_level=None, timeout=60)
    db.execute("PRAGMA cache_size = -200000")
    db.execute("BEGIN IMMEDIATE")
    listed = db.execute("SELECT count(*) FROM model WHERE disabled = 0").fetchone()[0]
    fill_catalogue(db, MODELS - listed)
    number_keys_and_models(db)
    db.execute(GENERATIONS, {"count": generations, "step": span // generations,
                             "from": int(time.time() * 1000) - span,
                             "keys": KEYS, "asked": ASKED})
    db.execute(TRANSFERS)
    then = time.monotonic()
    db.execute("DELETE FROM tally_sum")
    db.execute("DELETE FROM tally_line")
    for statement in tally_statements():
        db.execute(statement)
    took = time.monotonic() - then
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return took


def some(suite):
    """A generation, a key and a user in the middle of the past."""
    rows = suite.rows("SELECT id, api_key, model, end_user, referer FROM generation"
                      " WHERE holder = 'none' ORDER BY at LIMIT 1 OFFSET 5000")
    return rows[0]


def questions(suite):
    """What is asked, and how many milliseconds it may take."""
    it = some(suite)
    return [
        ("/generation by id", f"/v1/generation?id={it['id']}", 1),
        ("/models, 2,000 of them", "/v1/models?output_modalities=all", 2),
        ("/models, unchanged", "/v1/models", 2),
        ("/models, a page of 50", "/v1/models?limit=50", 2),
        ("/models, cheapest tools", "/v1/models?supported_parameters=tools"
                                    "&sort=pricing-low-to-high&limit=50", 2),
        ("/models, most popular", "/v1/models?sort=most-popular&limit=50", 300),
        ("/activity", "/v1/activity", 300),
        ("/activity, offset 90,000", "/v1/activity?offset=90000", 300),
        ("/activity, 1,000 rows", "/v1/activity?limit=1000", 300),
        ("/activity of a key", f"/v1/activity?key_id={it['api_key']}", 300),
        ("/activity of a key, offset 40,000",
         f"/v1/activity?key_id={it['api_key']}&offset=40000", 300),
        ("/activity of a model", f"/v1/activity?model={it['model']}&offset=50000", 300),
        ("/activity of nothing", "/v1/activity?model=bench/model-0100", 300),
        ("/activity of a user", f"/v1/activity?user={it['end_user']}", 300),
        ("/activity of an app", f"/v1/activity?app={it['referer']}&offset=20000", 300),
        ("/activity by the day", "/v1/activity?view=daily", 300),
        ("/usage/summary", "/v1/usage/summary", 300),
        ("/usage/summary of a key", f"/v1/usage/summary?key_id={it['api_key']}", 300),
        ("/usage/timeseries hourly", "/v1/usage/timeseries?granularity=hourly", 300),
        ("/usage/timeseries daily", "/v1/usage/timeseries?granularity=daily", 300),
        ("/usage/timeseries monthly", "/v1/usage/timeseries?granularity=monthly", 300),
        ("/transactions", "/v1/transactions", 300),
        ("/transactions, offset 10,000", "/v1/transactions?offset=10000", 300),
        ("/credits", "/v1/credits", 1),
        ("/key", "/v1/key", 1),
    ]


class Front:
    """The suite behind its web server, on one connection that is kept."""

    def __init__(self, suite):
        self.key, self.connection = suite.key, suite.connect()

    def answer(self, path, headers=None):
        self.connection.ask("GET", path, key=self.key, headers=headers)
        answer = self.connection.answer()
        assert answer.status in (200, 304), answer
        return answer

    def ask(self, path, headers=None):
        then = time.perf_counter()
        self.answer(path, headers)
        return (time.perf_counter() - then) * 1000


def program_of(path):
    first = re.match(r"/v1/(\w+)", path)[1]
    return {"models": "models", "credits": "balance", "transactions": "balance",
            "key": "keys"}.get(first, "usage")


def times(asked, path, headers):
    return [asked.ask(path, headers) for _ in range(ROUNDS)]


def tell(question, front, programs):
    name, path, may = question
    first = front.answer(path)
    headers = {"If-None-Match": first.headers["etag"]} if "unchanged" in name else None
    alone = times(programs[program_of(path)], path, headers)
    whole = times(front, path, headers)
    print(f"| {name} | {statistics.median(alone):.2f} | {max(alone):.2f} | {may} "
          f"| {statistics.median(whole):.2f} | {len(first.body) / 1000:,.0f} |", flush=True)


def run(options):
    with Suite(home=options.home) as suite, contextlib.ExitStack() as stack:
        if not suite.rows("SELECT id FROM generation WHERE holder = 'none' LIMIT 1"):
            took = fill(suite, options.generations)
            print(f"\n{options.generations:,} generations were added up in {took:.1f} s")
        programs = {name: stack.enter_context(Program(suite, name))
                    for name in ("models", "usage", "balance", "keys")}
        front = Front(suite)
        print("\n| question | program, ms | its longest | may take | with lighttpd, ms "
              "| kilobytes |")
        print("| --- | --- | --- | --- | --- | --- |")
        for question in questions(suite):
            if re.search(options.only, question[0]):
                tell(question, front, programs)
