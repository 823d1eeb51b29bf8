-- name: price_find
SELECT input, output, cache_read, cache_write_5m, cache_write_1h, reasoning,
       audio_in, audio_out, image_in, image_out, request, search
  FROM price
 WHERE id = :id;

-- name: catalog_version
SELECT number FROM version WHERE topic = 'catalogue';

-- name: access_version
SELECT number FROM version WHERE topic = 'access';

-- name: catalog_providers
-- scans: the whole catalogue is read at once, and kept
SELECT slug, name, kind, base_url, quirks, needs_credential, trains,
       privacy_url, terms_url, status_url, headquarters, datacenters
  FROM provider
 WHERE disabled = 0
 ORDER BY slug;

-- name: catalog_provider_aliases
-- scans: the whole catalogue is read at once, and kept
SELECT alias, provider FROM provider_alias ORDER BY alias;

-- name: catalog_models
-- scans: the whole catalogue is read at once, and kept
SELECT id, name, description, released_at, context, output_limit, expires_at,
       input_modalities, output_modalities, parameters, tokenizer,
       coalesce(canonical_slug, id), hugging_face_id, instruct_type,
       knowledge_cutoff, default_parameters, reasoning, categories, distillable
  FROM model
 WHERE disabled = 0
 ORDER BY id;

-- name: catalog_endpoints
-- scans: the whole catalogue is read at once, and kept
-- The price is told by its own id: without a row there is no price.
SELECT e.model, e.id, e.native, e.quantization, e.parameters, e.provider,
       e.context, e.output_limit, e.rank, p.id,
       p.input, p.output, p.cache_read, p.cache_write_5m, p.cache_write_1h,
       p.reasoning, p.audio_in, p.audio_out, p.image_in, p.image_out,
       p.request, p.search,
       coalesce(e.zdr, s.zdr, 0), coalesce(e.moderated, 0),
       coalesce(e.implicit_caching, 0), e.region
  FROM endpoint e
  JOIN provider s ON s.slug = e.provider
  LEFT JOIN price p ON p.id = e.price
 WHERE e.disabled = 0
 ORDER BY e.model, e.rank, e.id;

-- name: catalog_aliases
-- scans: the whole catalogue is read at once, and kept
SELECT alias, model FROM model_alias ORDER BY alias;
