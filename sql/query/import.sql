-- name: import_providers
-- scans: providers are few
SELECT slug AS name, slug FROM provider
UNION ALL
SELECT alias AS name, provider AS slug FROM provider_alias
 ORDER BY 1, 2;

-- name: import_price_last
SELECT coalesce(max(id), 0) FROM price;

-- name: import_endpoint
SELECT e.model, p.id, p.input, p.output, p.cache_read, p.cache_write_5m,
       p.cache_write_1h, p.reasoning, p.audio_in, p.audio_out, p.image_in,
       p.image_out, p.request, p.search
  FROM endpoint e
  LEFT JOIN price p ON p.id = e.price
 WHERE e.id = :id;

-- name: import_model
-- A model by its id, or else by an alias.
SELECT id, 1 AS nearest FROM model WHERE id = :id
UNION ALL
SELECT model AS id, 2 AS nearest FROM model_alias WHERE alias = :id
 ORDER BY 2;

-- name: import_add
INSERT INTO import (id, source, shape, hash, at)
VALUES (:id, :source, :shape, :hash, :at);

-- name: import_add_provider
INSERT INTO provider (slug, name, kind, base_url, disabled, created_at)
VALUES (:slug, :name, 'openai', :base_url, 1, :at);

-- name: import_add_model
INSERT INTO model (id, name, description, released_at, context, output_limit,
                   input_modalities, output_modalities, parameters, tokenizer,
                   expires_at)
VALUES (:id, :name, coalesce(:description, ''), :released_at, :context,
        :output_limit, coalesce(:input_modalities, 'text'),
        coalesce(:output_modalities, 'text'), coalesce(:parameters, ''),
        :tokenizer, :expires_at);

-- name: import_fill_model
-- The author's own list (:own is 1) replaces what is known, any other only
-- adds what is not.
UPDATE model
   SET context = CASE WHEN :own = 1 THEN coalesce(:context, context)
                      ELSE coalesce(context, :context) END,
       output_limit = CASE WHEN :own = 1
                           THEN coalesce(:output_limit, output_limit)
                           ELSE coalesce(output_limit, :output_limit) END,
       expires_at = CASE WHEN :own = 1 THEN coalesce(:expires_at, expires_at)
                         ELSE coalesce(expires_at, :expires_at) END,
       tokenizer = coalesce(tokenizer, :tokenizer)
 WHERE id = :id
   AND ((:own = 1 AND (coalesce(:context <> context, :context IS NOT NULL)
             OR coalesce(:output_limit <> output_limit,
                         :output_limit IS NOT NULL)
             OR coalesce(:expires_at <> expires_at,
                         :expires_at IS NOT NULL)))
        OR (context IS NULL AND :context IS NOT NULL)
        OR (output_limit IS NULL AND :output_limit IS NOT NULL)
        OR (expires_at IS NULL AND :expires_at IS NOT NULL)
        OR (tokenizer IS NULL AND :tokenizer IS NOT NULL));

-- name: import_add_endpoint
INSERT INTO endpoint (id, model, provider, native, context, output_limit,
                      parameters, rank)
VALUES (:id, :model, :provider, :native, :context, :output_limit, :parameters,
        :rank);

-- name: import_fill_endpoint
UPDATE endpoint
   SET context = coalesce(:context, context),
       output_limit = coalesce(:output_limit, output_limit)
 WHERE id = :id
   AND (coalesce(:context <> context, :context IS NOT NULL)
        OR coalesce(:output_limit <> output_limit,
                    :output_limit IS NOT NULL));

-- name: import_add_price
INSERT INTO price (id, endpoint, import, since, input, output, cache_read,
                   cache_write_5m, cache_write_1h, reasoning, audio_in,
                   audio_out, image_in, image_out, request, search)
VALUES (:id, :endpoint, :import, :since, :input, :output, :cache_read,
        :cache_write_5m, :cache_write_1h, :reasoning, :audio_in, :audio_out,
        :image_in, :image_out, :request, :search);

-- name: import_move_price
UPDATE endpoint SET price = :price WHERE id = :id;

-- name: import_alias
-- Nothing where a model has that id itself, or the one meant is not there.
INSERT INTO model_alias (alias, model)
SELECT :alias, m.id
  FROM model m
 WHERE m.id = :model
   AND NOT EXISTS (SELECT 1 FROM model o WHERE o.id = :alias)
    ON CONFLICT (alias) DO UPDATE SET model = excluded.model
 WHERE model_alias.model <> excluded.model;
