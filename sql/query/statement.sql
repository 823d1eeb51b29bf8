-- name: statement_page
-- What generations were charged, found by the generations, and what else moved
-- on the book. The charge's time is the request's.
SELECT t.id AS id, t.kind AS kind, -t.amount AS amount, t.note AS note,
       g.id AS generation, g.at AS at, g.model AS model,
       g.fresh + g.cache_read + g.cache_write_5m + g.cache_write_1h
       + g.audio_in + g.image_in AS prompt,
       g.output + g.reasoning + g.audio_out + g.image_out AS completion
  FROM generation g
  JOIN transfer t ON t.id = 'txn-' || substr(g.id, 5)
 WHERE g.account = :account
   AND g.at >= :from AND g.at < :to
   AND g.state = 'settled'
   AND (:kind IS NULL OR :kind = 'usage')
UNION ALL
SELECT id, kind, amount, note, NULL, at, NULL, 0, 0
  FROM transfer
 WHERE generation IS NULL
   AND credit = 'credit:' || :account
   AND at >= :from AND at < :to
   AND (:kind IS NULL OR kind = :kind)
UNION ALL
SELECT id, kind, -amount, note, NULL, at, NULL, 0, 0
  FROM transfer
 WHERE generation IS NULL
   AND debit = 'credit:' || :account
   AND at >= :from AND at < :to
   AND (:kind IS NULL OR kind = :kind)
 ORDER BY 6 DESC, 1 DESC
 LIMIT :limit OFFSET :offset;

-- name: statement_moves
-- Sums of what else moved, by its kind.
SELECT m.kind, count(*), sum(m.amount)
  FROM (SELECT kind, amount
          FROM transfer
         WHERE generation IS NULL
           AND credit = 'credit:' || :account
           AND at >= :from AND at < :to
           AND (:kind IS NULL OR kind = :kind)
        UNION ALL
        SELECT kind, -amount
          FROM transfer
         WHERE generation IS NULL
           AND debit = 'credit:' || :account
           AND at >= :from AND at < :to
           AND (:kind IS NULL OR kind = :kind)) m
 GROUP BY m.kind;
