-- name: usage_sum
-- scans: for people, who ask seldom
SELECT count(*),
       coalesce(sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END), 0),
       coalesce(sum(fresh + cache_read + cache_write_5m + cache_write_1h
                    + audio_in + image_in), 0),
       coalesce(sum(output + reasoning + audio_out + image_out), 0),
       coalesce(sum(charge), 0),
       coalesce(sum(cost), 0),
       coalesce(sum(CASE WHEN state = 'held' THEN held ELSE 0 END), 0)
  FROM generation
 WHERE at >= :since
   AND (:account IS NULL OR account = :account)
   AND (:key IS NULL OR api_key = :key);

-- name: usage_older
-- scans: the older ones, which is what is asked
SELECT count(*) FROM generation WHERE id < :id;
