-- name: supplier_list
-- scans: providers are few
SELECT p.slug, p.name, p.kind, p.base_url, p.quirks, p.environment,
       p.needs_credential, p.disabled, p.created_at,
       (SELECT count(*) FROM credential c
         WHERE c.provider = p.slug AND c.disabled = 0),
       (SELECT count(*) FROM endpoint e
         WHERE e.provider = p.slug AND e.disabled = 0)
  FROM provider p
 WHERE :slug IS NULL
    OR p.slug = coalesce((SELECT a.provider FROM provider_alias a
                           WHERE a.alias = lower(:slug)), lower(:slug))
 ORDER BY p.slug;

-- name: supplier_create
INSERT INTO provider (slug, name, kind, base_url, quirks, environment,
	needs_credential, disabled, created_at)
SELECT :slug, :name, :kind, :url, :quirks, :environment, :needs, :disabled, :at
 WHERE NOT EXISTS (SELECT 1 FROM provider_alias WHERE alias = :slug)
    ON CONFLICT (slug) DO NOTHING;

-- name: supplier_change
UPDATE provider
   SET name = :name, kind = :kind, base_url = :url, quirks = :quirks,
       environment = :environment, needs_credential = :needs,
       disabled = :disabled
 WHERE slug = :slug;
