-- name: generation_find
SELECT id, account, api_key, state, holder, at, ended_at, expires_at, held,
       prompt_estimate, output_known, operation, model_asked, model, endpoint,
       provider, streamed, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish,
       native_finish, error, upstream_id, failures, status, first_token_ms,
       total_ms, referer, title, end_user, session, agent
  FROM generation
 WHERE id = :id AND (:account IS NULL OR account = :account);

-- name: generation_list
SELECT id, account, api_key, state, holder, at, ended_at, expires_at, held,
       prompt_estimate, output_known, operation, model_asked, model, endpoint,
       provider, streamed, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish,
       native_finish, error, upstream_id, failures, status, first_token_ms,
       total_ms, referer, title, end_user, session, agent
  FROM generation
 WHERE at >= :since AND at < :before AND account = :account
   AND (:key IS NULL OR api_key = :key)
 ORDER BY at DESC, id DESC
 LIMIT :limit;

-- name: generation_recent
-- scans: backwards from the end of the primary key, as far as the limit
SELECT id, account, api_key, state, holder, at, ended_at, expires_at, held,
       prompt_estimate, output_known, operation, model_asked, model, endpoint,
       provider, streamed, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish,
       native_finish, error, upstream_id, failures, status, first_token_ms,
       total_ms, referer, title, end_user, session, agent
  FROM generation
 WHERE at >= :since AND at < :before
   AND (:account IS NULL OR account = :account)
   AND (:key IS NULL OR api_key = :key)
 ORDER BY id DESC
 LIMIT :limit;

-- name: generation_all
-- scans: the whole of the books, for fsck
SELECT id, account, api_key, state, holder, at, ended_at, expires_at, held,
       prompt_estimate, output_known, operation, model_asked, model, endpoint,
       provider, streamed, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish,
       native_finish, error, upstream_id, failures, status, first_token_ms,
       total_ms, referer, title, end_user, session, agent
  FROM generation
 ORDER BY id;

-- name: generation_held
SELECT id, account, api_key, state, holder, at, ended_at, expires_at, held,
       prompt_estimate, output_known, operation, model_asked, model, endpoint,
       provider, streamed, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish,
       native_finish, error, upstream_id, failures, status, first_token_ms,
       total_ms, referer, title, end_user, session, agent
  FROM generation
 WHERE state = 'held' AND holder = :holder;

-- name: generation_holders
SELECT holder, count(*)
  FROM generation
 WHERE state = 'held'
 GROUP BY holder;
