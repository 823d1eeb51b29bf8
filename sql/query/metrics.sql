-- name: metrics_usage
-- Line by line, so that each one's days are found by their key.
SELECT CASE WHEN m.id IS NULL THEN 'other' ELSE m.id END,
       CASE WHEN p.slug IS NULL THEN 'other' ELSE p.slug END,
       min(l.id), sum(s.requests), sum(s.failed), sum(s.prompt), sum(s.cached),
       sum(s.completion), sum(s.reasoning), sum(s.charge), sum(s.cost)
  FROM (SELECT t.line, sum(t.requests) AS requests, sum(t.failed) AS failed,
               sum(t.prompt) AS prompt, sum(t.cached) AS cached,
               sum(t.completion) AS completion, sum(t.reasoning) AS reasoning,
               sum(t.charge) AS charge, sum(t.cost) AS cost
          FROM tally_sum t
         WHERE t.line IN (SELECT id FROM tally_line
                           WHERE :account IS NULL OR account = :account)
           AND t.width = 86400000
           AND t.start >= :from AND t.start < :to
         GROUP BY t.line) s
  JOIN tally_line l ON l.id = s.line
  LEFT JOIN model m ON m.id = l.model
  LEFT JOIN provider p ON p.slug = l.provider
 GROUP BY m.id, p.slug
 ORDER BY min(l.id);

-- name: metrics_health
-- All that endpoints were ever seen doing, by provider.
SELECT e.provider, s.measure, s.bucket, sum(s.count)
  FROM (SELECT endpoint, measure, bucket, count
          FROM endpoint_total
         UNION ALL
        SELECT endpoint, measure, bucket, count
          FROM endpoint_minute
         WHERE minute >= (SELECT number FROM version
                           WHERE topic = 'endpoint_total')
           AND measure IN (0, 1, 2)
           AND endpoint IN (SELECT id FROM endpoint)) s
  JOIN endpoint e ON e.id = s.endpoint
 GROUP BY e.provider, s.measure, s.bucket
 ORDER BY e.provider, s.measure, s.bucket;

-- name: metrics_open
SELECT count(*), min(at)
  FROM generation
 WHERE state = 'held' AND (:account IS NULL OR account = :account);

-- name: metrics_credit
-- One book, or all from the first to the last.
SELECT coalesce(sum(balance), 0), coalesce(sum(held), 0)
  FROM book
 WHERE id >= :first AND id <= :last;

-- name: metrics_overrun
SELECT -balance FROM book WHERE id = 'overrun';
