-- name: key_find
-- All that a request needs to know of its caller, in one question.
SELECT k.hash, k.account, k.name, k.label, k.kind, k.disabled, k.created_at,
       k.updated_at, k.expires_at, k.last_used_at, k.deleted_at,
       k.spend_limit, k.limit_reset, k.allowed_models, k.allowed_providers,
       k.held, k.usage,
       CASE WHEN k.day_start = :day THEN k.day_usage ELSE 0 END,
       CASE WHEN k.week_start = :week THEN k.week_usage ELSE 0 END,
       CASE WHEN k.month_start = :month THEN k.month_usage ELSE 0 END,
       a.default_model, v.number, a.disabled, k.requests_per_minute,
       k.requests_per_day, k.tokens_per_minute, a.requests_per_minute,
       a.requests_per_day, a.tokens_per_minute, k.include_byok_in_limit,
       k.creator, k.external_user, w.number
  FROM api_key k
  JOIN account a ON a.id = k.account
  JOIN version v ON v.topic = 'catalogue'
  JOIN version w ON w.topic = 'access'
 WHERE k.hash = :hash;

-- name: key_list
-- scans: a page of the few keys there are
SELECT k.hash, k.account, k.name, k.label, k.kind, k.disabled, k.created_at,
       k.updated_at, k.expires_at, k.last_used_at, k.deleted_at,
       k.spend_limit, k.limit_reset, k.allowed_models, k.allowed_providers,
       k.held, k.usage,
       CASE WHEN k.day_start = :day THEN k.day_usage ELSE 0 END,
       CASE WHEN k.week_start = :week THEN k.week_usage ELSE 0 END,
       CASE WHEN k.month_start = :month THEN k.month_usage ELSE 0 END,
       a.default_model, v.number, a.disabled, k.requests_per_minute,
       k.requests_per_day, k.tokens_per_minute, a.requests_per_minute,
       a.requests_per_day, a.tokens_per_minute, k.include_byok_in_limit,
       k.creator, k.external_user, w.number
  FROM api_key k
  JOIN account a ON a.id = k.account
  JOIN version v ON v.topic = 'catalogue'
  JOIN version w ON w.topic = 'access'
 WHERE k.deleted_at IS NULL
   AND (:account IS NULL OR k.account = :account)
   AND (:disabled = 1 OR k.disabled = 0)
   AND (:behind IS NULL OR k.created_at < :behind
        OR (k.created_at = :behind AND k.hash > :hash))
 ORDER BY k.created_at DESC, k.hash
 LIMIT :limit OFFSET :offset;

-- name: key_create
INSERT INTO api_key (
	hash, account, kind, name, label, disabled, expires_at, created_at,
	spend_limit, limit_reset, allowed_models, allowed_providers,
	requests_per_minute, requests_per_day, tokens_per_minute,
	include_byok_in_limit, creator, external_user)
VALUES (:hash, :account, :kind, :name, :label, :disabled, :expires, :at,
	:limit, :reset, :models, :providers, :per_minute, :per_day, :tokens,
	:byok, :creator, :external);

-- name: key_change
UPDATE api_key
   SET name = :name, disabled = :disabled, expires_at = :expires,
       spend_limit = :limit, limit_reset = :reset, allowed_models = :models,
       allowed_providers = :providers, requests_per_minute = :per_minute,
       requests_per_day = :per_day, tokens_per_minute = :tokens,
       include_byok_in_limit = :byok, creator = :creator,
       external_user = :external, updated_at = :at
 WHERE hash = :hash AND deleted_at IS NULL;

-- name: key_delete
-- The row stays: generations refer to it.
UPDATE api_key
   SET deleted_at = :at, disabled = 1
 WHERE hash = :hash AND deleted_at IS NULL;
