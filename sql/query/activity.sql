-- name: activity_by_time
-- A page of what was settled, newest first, from just before a place on.
SELECT id, at
  FROM generation
 WHERE account = :account
   AND at >= :from AND at <= :until AND (at < :until OR id < :before)
   AND state = 'settled'
   AND (:key IS NULL OR api_key = :key)
   AND (:model IS NULL OR model = :model)
   AND (:provider IS NULL OR provider = :provider)
 ORDER BY at DESC, id DESC
 LIMIT :limit OFFSET :skip;

-- name: activity_by_user
SELECT id, at
  FROM generation
 WHERE account = :account
   AND at >= :from AND at <= :until AND (at < :until OR id < :before)
   AND state = 'settled'
   AND (:key IS NULL OR api_key = :key)
   AND (:model IS NULL OR model = :model)
   AND (:provider IS NULL OR provider = :provider)
   AND end_user = :user
   AND (:app IS NULL OR coalesce(referer, title) = :app)
 ORDER BY at DESC, id DESC
 LIMIT :limit OFFSET :skip;

-- name: activity_by_app
SELECT id, at
  FROM generation
 WHERE account = :account
   AND at >= :from AND at <= :until AND (at < :until OR id < :before)
   AND state = 'settled'
   AND (:key IS NULL OR api_key = :key)
   AND (:model IS NULL OR model = :model)
   AND (:provider IS NULL OR provider = :provider)
   AND coalesce(referer, title) = :app
 ORDER BY at DESC, id DESC
 LIMIT :limit OFFSET :skip;

-- name: activity_key
-- Also one that was deleted: what it did stays.
SELECT hash FROM api_key WHERE hash = :key AND account = :account;

-- name: activity_model
-- What a name stands for: itself, or what it is an alias of.
SELECT model FROM model_alias WHERE alias = :name;

-- name: activity_provider
-- Whatever its case.
SELECT slug FROM provider WHERE slug = lower(:name)
UNION ALL
SELECT provider FROM provider_alias WHERE alias = lower(:name);

-- name: provider_names
SELECT slug, name FROM provider ORDER BY slug;
