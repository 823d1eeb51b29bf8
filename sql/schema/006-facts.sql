-- What clients are told of models, endpoints and providers beyond what routing
-- needs. Null is not known, everywhere.
ALTER TABLE model ADD COLUMN canonical_slug TEXT;      -- null: the id
ALTER TABLE model ADD COLUMN hugging_face_id TEXT;
ALTER TABLE model ADD COLUMN instruct_type TEXT;
ALTER TABLE model ADD COLUMN knowledge_cutoff TEXT;    -- '2025-01', '2025-01-31'
ALTER TABLE model ADD COLUMN default_parameters TEXT;  -- a JSON object
ALTER TABLE model ADD COLUMN reasoning TEXT;           -- a JSON object
ALTER TABLE model ADD COLUMN categories TEXT;          -- comma list
ALTER TABLE model ADD COLUMN distillable BIGINT;       -- its licence lets others learn from it

ALTER TABLE endpoint ADD COLUMN zdr BIGINT;               -- zero data retention; null: the provider's
ALTER TABLE endpoint ADD COLUMN moderated BIGINT;
ALTER TABLE endpoint ADD COLUMN implicit_caching BIGINT;
ALTER TABLE endpoint ADD COLUMN region TEXT;              -- 'eu', 'us'

ALTER TABLE provider ADD COLUMN zdr BIGINT;
ALTER TABLE provider ADD COLUMN trains BIGINT;            -- on what it is sent
ALTER TABLE provider ADD COLUMN privacy_url TEXT;
ALTER TABLE provider ADD COLUMN terms_url TEXT;
ALTER TABLE provider ADD COLUMN status_url TEXT;
ALTER TABLE provider ADD COLUMN headquarters TEXT;        -- ISO 3166, two letters
ALTER TABLE provider ADD COLUMN datacenters TEXT;         -- comma list of the same
