-- name: fsck_balance
-- scans: a book's balance is the sum of its transfers
SELECT b.id, 'balance ' || b.balance || ', transfers ' || coalesce(m.total, 0)
  FROM book b
  LEFT JOIN (SELECT s.book, sum(s.amount) AS total
               FROM (SELECT credit AS book, amount FROM transfer
                     UNION ALL
                     SELECT debit AS book, -amount AS amount FROM transfer) s
              GROUP BY s.book) m
    ON m.book = b.id
 WHERE b.balance <> coalesce(m.total, 0);

-- name: fsck_books
-- scans: money is neither made nor lost
SELECT 'all books', 'sum ' || sum(balance)
  FROM book
HAVING sum(balance) <> 0;

-- name: fsck_held_credit
-- scans: what is held of a credit is the sum of the owner's open generations
SELECT b.id, 'held ' || b.held || ', open ' || coalesce(g.total, 0)
  FROM book b
  LEFT JOIN (SELECT account, sum(held) AS total
               FROM generation
              WHERE state = 'held'
              GROUP BY account) g
    ON 'credit:' || g.account = b.id
 WHERE b.held <> coalesce(g.total, 0);

-- name: fsck_held_key
-- scans: the same for keys
SELECT k.hash, 'held ' || k.held || ', open ' || coalesce(g.total, 0)
  FROM api_key k
  LEFT JOIN (SELECT api_key, sum(held) AS total
               FROM generation
              WHERE state = 'held'
              GROUP BY api_key) g
    ON g.api_key = k.hash
 WHERE k.held <> coalesce(g.total, 0);

-- name: fsck_overdrawn
-- scans: no credit is passed
SELECT id, 'balance ' || balance || ', held ' || held
  FROM book
 WHERE id LIKE 'credit:%' AND balance < held;

-- name: fsck_key_usage
-- scans: a key has used what its generations were charged
SELECT k.hash, 'usage ' || k.usage || ', charges ' || coalesce(g.total, 0)
  FROM api_key k
  LEFT JOIN (SELECT api_key, sum(charge) AS total
               FROM generation
              WHERE state = 'settled'
              GROUP BY api_key) g
    ON g.api_key = k.hash
 WHERE k.usage <> coalesce(g.total, 0);

-- name: fsck_charge
-- scans: a settled generation has its charge among the transfers
SELECT g.id, 'charge ' || coalesce(g.charge, -1)
             || ', transfer ' || coalesce(t.amount, 0)
  FROM generation g
  LEFT JOIN transfer t
    ON t.id = 'txn-' || substr(g.id, 5)
   AND t.kind = 'usage'
   AND t.generation = g.id
   AND t.debit = 'credit:' || g.account
   AND t.credit = 'cost:' || g.provider
 WHERE g.state = 'settled'
   AND (g.charge IS NULL OR g.charge <> coalesce(t.amount, 0));

-- name: fsck_overrun
-- scans: what went beyond the hold is among the transfers
SELECT g.id, 'overrun ' || (g.cost - g.charge)
             || ', transfer ' || coalesce(t.amount, 0)
  FROM generation g
  LEFT JOIN transfer t
    ON t.id = 'txn-' || substr(g.id, 5) || '-overrun'
   AND t.kind = 'overrun'
 WHERE g.state = 'settled'
   AND g.cost - g.charge <> coalesce(t.amount, 0);

-- name: fsck_stray
-- scans: no transfer without its generation
SELECT t.id, 'generation ' || t.generation
  FROM transfer t
  LEFT JOIN generation g
    ON g.id = t.generation AND g.state = 'settled'
 WHERE t.generation IS NOT NULL AND g.id IS NULL;

-- name: fsck_tally
-- scans: what a line came to in an hour is the sum of its generations
SELECT 'line ' || t.line || ' at ' || t.start,
       'requests ' || t.requests || ', generations ' || coalesce(g.requests, 0)
       || '; charge ' || t.charge || ', charges ' || coalesce(g.charge, 0)
  FROM tally_sum t
  JOIN tally_line l ON l.id = t.line
  LEFT JOIN (SELECT account, api_key, model, endpoint, provider,
                    at - at % 3600000 AS start, count(*) AS requests,
                    sum(CASE WHEN charge > 0 THEN 1 ELSE 0 END) AS charged,
                    sum(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
                    sum(fresh + cache_read + cache_write_5m + cache_write_1h
                        + audio_in + image_in) AS prompt,
                    sum(cache_read) AS cached,
                    sum(output + reasoning + audio_out + image_out) AS completion,
                    sum(reasoning) AS reasoning,
                    sum(charge) AS charge, sum(cost) AS cost
               FROM generation
              WHERE state = 'settled'
              GROUP BY account, api_key, model, endpoint, provider,
                       at - at % 3600000) g
    ON g.account = l.account AND g.api_key = l.api_key AND g.model = l.model
   AND coalesce(g.endpoint, '') = l.endpoint AND g.provider = l.provider
   AND g.start = t.start
 WHERE t.width = 3600000
   AND (t.requests <> coalesce(g.requests, 0)
        OR t.charged <> coalesce(g.charged, 0)
        OR t.failed <> coalesce(g.failed, 0)
        OR t.prompt <> coalesce(g.prompt, 0)
        OR t.cached <> coalesce(g.cached, 0)
        OR t.completion <> coalesce(g.completion, 0)
        OR t.reasoning <> coalesce(g.reasoning, 0)
        OR t.charge <> coalesce(g.charge, 0)
        OR t.cost <> coalesce(g.cost, 0));

-- name: fsck_tally_day
-- scans: a day is the sum of its hours
SELECT 'line ' || d.line || ' on ' || d.start,
       'requests ' || d.requests || ', in its hours ' || coalesce(h.requests, 0)
       || '; charge ' || d.charge || ', in its hours ' || coalesce(h.charge, 0)
  FROM tally_sum d
  LEFT JOIN (SELECT line, start - start % 86400000 AS day,
                    sum(requests) AS requests, sum(charged) AS charged,
                    sum(failed) AS failed, sum(prompt) AS prompt,
                    sum(cached) AS cached, sum(completion) AS completion,
                    sum(reasoning) AS reasoning, sum(charge) AS charge,
                    sum(cost) AS cost
               FROM tally_sum
              WHERE width = 3600000
              GROUP BY line, start - start % 86400000) h
    ON h.line = d.line AND h.day = d.start
 WHERE d.width = 86400000
   AND (d.requests <> coalesce(h.requests, 0)
        OR d.charged <> coalesce(h.charged, 0)
        OR d.failed <> coalesce(h.failed, 0)
        OR d.prompt <> coalesce(h.prompt, 0)
        OR d.cached <> coalesce(h.cached, 0)
        OR d.completion <> coalesce(h.completion, 0)
        OR d.reasoning <> coalesce(h.reasoning, 0)
        OR d.charge <> coalesce(h.charge, 0)
        OR d.cost <> coalesce(h.cost, 0));

-- name: fsck_tally_all
-- scans: no settled generation is missing from the hours, and no hour from the
-- days
SELECT 'all tallies',
       'generations ' || g.count || ', in hours ' || h.count || ', in days '
       || d.count
  FROM (SELECT count(*) AS count FROM generation WHERE state = 'settled') g,
       (SELECT coalesce(sum(requests), 0) AS count FROM tally_sum
         WHERE width = 3600000) h,
       (SELECT coalesce(sum(requests), 0) AS count FROM tally_sum
         WHERE width = 86400000) d
 WHERE g.count <> h.count OR h.count <> d.count;
