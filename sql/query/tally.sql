-- name: tally_line
SELECT id
  FROM tally_line
 WHERE account = :account AND api_key = :key AND model = :model
   AND endpoint = :endpoint AND provider = :provider;

-- name: tally_open_line
INSERT INTO tally_line (id, account, api_key, model, endpoint, provider)
SELECT coalesce(max(id), 0) + 1, :account, :key, :model, :endpoint, :provider
  FROM tally_line
RETURNING id;

-- name: tally_add
INSERT INTO tally_sum (line, width, start, requests, charged, failed, prompt,
                   cached, completion, reasoning, charge, cost)
VALUES (:line, :width, :start, :requests, :charged, :failed, :prompt,
        :cached, :completion, :reasoning, :charge, :cost)
    ON CONFLICT (line, width, start) DO UPDATE
   SET requests = tally_sum.requests + excluded.requests,
       charged = tally_sum.charged + excluded.charged,
       failed = tally_sum.failed + excluded.failed,
       prompt = tally_sum.prompt + excluded.prompt,
       cached = tally_sum.cached + excluded.cached,
       completion = tally_sum.completion + excluded.completion,
       reasoning = tally_sum.reasoning + excluded.reasoning,
       charge = tally_sum.charge + excluded.charge,
       cost = tally_sum.cost + excluded.cost;

-- name: tally_sums
-- Line by line, as far as whole hours or days go.
SELECT l.id, l.api_key, l.model, l.endpoint, l.provider, t.start, t.requests,
       t.charged, t.failed, t.prompt, t.cached, t.completion, t.reasoning,
       t.charge, t.cost
  FROM tally_line l
  JOIN tally_sum t ON t.line = l.id
 WHERE l.account = :account
   AND (:key IS NULL OR l.api_key = :key)
   AND (:model IS NULL OR l.model = :model)
   AND (:provider IS NULL OR l.provider = :provider)
   AND t.width = :width
   AND t.start >= :from AND t.start < :to;

-- name: model_popularity
-- scans: the lines that there are, for the days of each
-- Everybody's requests that were answered, and their tokens.
SELECT l.model, sum(t.requests - t.failed), sum(t.prompt + t.completion)
  FROM tally_line l
  JOIN tally_sum t ON t.line = l.id
 WHERE t.width = 86400000 AND t.start >= :since
 GROUP BY l.model
HAVING sum(t.requests - t.failed) > 0;

-- name: tally_slots
-- The same for who does not ask which line: there can be a row for each hour of
-- each, and half of what a row costs is reading its columns.
SELECT t.start, t.requests, t.charged, t.failed, t.prompt, t.cached,
       t.completion, t.reasoning, t.charge, t.cost
  FROM tally_line l
  JOIN tally_sum t ON t.line = l.id
 WHERE l.account = :account
   AND (:key IS NULL OR l.api_key = :key)
   AND (:model IS NULL OR l.model = :model)
   AND (:provider IS NULL OR l.provider = :provider)
   AND t.width = :width
   AND t.start >= :from AND t.start < :to;

-- name: tally_edge
-- The same from the generations themselves, for a part of an hour.
SELECT l.id, l.api_key, l.model, l.endpoint, l.provider,
       g.at - g.at % 3600000, count(*),
       sum(CASE WHEN g.charge > 0 THEN 1 ELSE 0 END),
       sum(CASE WHEN g.outcome = 'failed' THEN 1 ELSE 0 END),
       sum(g.fresh + g.cache_read + g.cache_write_5m + g.cache_write_1h
           + g.audio_in + g.image_in),
       sum(g.cache_read),
       sum(g.output + g.reasoning + g.audio_out + g.image_out),
       sum(g.reasoning), sum(g.charge), sum(g.cost)
  FROM generation g
  JOIN tally_line l
    ON l.account = g.account AND l.api_key = g.api_key AND l.model = g.model
   AND l.endpoint = coalesce(g.endpoint, '') AND l.provider = g.provider
 WHERE g.account = :account
   AND (:key IS NULL OR g.api_key = :key)
   AND (:model IS NULL OR g.model = :model)
   AND (:provider IS NULL OR g.provider = :provider)
   AND g.at >= :from AND g.at < :to
   AND g.state = 'settled'
 GROUP BY l.id, g.at - g.at % 3600000;
