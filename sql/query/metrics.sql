-- name: metrics_usage
-- scans: the tallies of the days that are asked for, which are a row for each
-- line and day
SELECT CASE WHEN m.id IS NULL THEN 'other' ELSE m.id END,
       CASE WHEN p.slug IS NULL THEN 'other' ELSE p.slug END,
       min(l.id), sum(t.requests), sum(t.failed), sum(t.prompt), sum(t.cached),
       sum(t.completion), sum(t.reasoning), sum(t.charge), sum(t.cost)
  FROM tally_line l
  JOIN tally_sum t ON t.line = l.id
  LEFT JOIN model m ON m.id = l.model
  LEFT JOIN provider p ON p.slug = l.provider
 WHERE (:account IS NULL OR l.account = :account)
   AND t.width = 86400000
   AND t.start >= :from AND t.start < :to
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
