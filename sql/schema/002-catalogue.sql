-- Who answers, what can be asked for, and what it costs. Prices are pico-
-- dollars per token, request, image or search; null is not known, which is
-- not the same as 0, which is free.
CREATE TABLE provider (
	slug              TEXT PRIMARY KEY,     -- lower case
	name              TEXT NOT NULL,
	kind              TEXT NOT NULL,        -- the dialect that it speaks: 'openai'
	base_url          TEXT NOT NULL,        -- up to and with /v1
	quirks            TEXT NOT NULL DEFAULT '',  -- comma list: see wire/quirks.h
	environment       TEXT,                 -- the variable that its key is found in
	needs_credential  BIGINT NOT NULL DEFAULT 1,
	disabled          BIGINT NOT NULL DEFAULT 0,
	created_at        BIGINT NOT NULL
);

CREATE TABLE provider_alias (
	alias     TEXT PRIMARY KEY,
	provider  TEXT NOT NULL REFERENCES provider (slug)
);

CREATE TABLE credential (
	id          TEXT PRIMARY KEY,           -- 'cred-' and 16 hex digits
	provider    TEXT NOT NULL REFERENCES provider (slug),
	label       TEXT NOT NULL,
	sealed      TEXT NOT NULL,              -- never in the clear
	hint        TEXT NOT NULL,              -- the last four characters
	weight      BIGINT NOT NULL DEFAULT 1 CHECK (weight >= 0),
	disabled    BIGINT NOT NULL DEFAULT 0,
	created_at  BIGINT NOT NULL
);

CREATE INDEX credential_provider ON credential (provider);

CREATE TABLE model (
	id                 TEXT PRIMARY KEY,    -- 'author/slug'
	name               TEXT NOT NULL,
	description        TEXT NOT NULL DEFAULT '',
	released_at        BIGINT NOT NULL,
	context            BIGINT,              -- tokens; null: not known
	output_limit       BIGINT,
	input_modalities   TEXT NOT NULL DEFAULT 'text',  -- comma lists
	output_modalities  TEXT NOT NULL DEFAULT 'text',
	parameters         TEXT NOT NULL DEFAULT '',
	tokenizer          TEXT,
	expires_at         BIGINT,
	disabled           BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE model_alias (
	alias  TEXT PRIMARY KEY,
	model  TEXT NOT NULL REFERENCES model (id)
);

-- A model at a provider. The lower rank is tried first.
CREATE TABLE endpoint (
	id            TEXT PRIMARY KEY,         -- 'PROVIDER:NATIVE'
	model         TEXT NOT NULL REFERENCES model (id),
	provider      TEXT NOT NULL REFERENCES provider (slug),
	native        TEXT NOT NULL,            -- the provider's own name for it
	context       BIGINT,
	output_limit  BIGINT,
	parameters    TEXT,                     -- null: the model's
	quantization  TEXT,
	rank          BIGINT NOT NULL DEFAULT 100,
	price         BIGINT,                   -- the current one; null: not known
	disabled      BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX endpoint_model ON endpoint (model, rank);

-- One price list read in. Its prices stay when a later one replaces them.
CREATE TABLE import (
	id      TEXT PRIMARY KEY,               -- 'imp-' and 16 hex digits
	source  TEXT NOT NULL,                  -- a file's name, 'seed' or 'operator'
	shape   TEXT NOT NULL,                  -- openrouter, litellm, models.dev, ...
	hash    TEXT NOT NULL,                  -- SHA-256 of what was read
	at      BIGINT NOT NULL
);

CREATE TABLE price (
	id              BIGINT PRIMARY KEY,
	endpoint        TEXT NOT NULL REFERENCES endpoint (id),
	import          TEXT NOT NULL REFERENCES import (id),
	since           BIGINT NOT NULL,
	input           BIGINT NOT NULL CHECK (input >= 0),
	output          BIGINT NOT NULL CHECK (output >= 0),
	cache_read      BIGINT CHECK (cache_read >= 0),
	cache_write_5m  BIGINT CHECK (cache_write_5m >= 0),
	cache_write_1h  BIGINT CHECK (cache_write_1h >= 0),
	reasoning       BIGINT CHECK (reasoning >= 0),
	audio_in        BIGINT CHECK (audio_in >= 0),
	audio_out       BIGINT CHECK (audio_out >= 0),
	image_in        BIGINT CHECK (image_in >= 0),
	image_out       BIGINT CHECK (image_out >= 0),
	request         BIGINT CHECK (request >= 0),
	search          BIGINT CHECK (search >= 0)
);

CREATE INDEX price_endpoint ON price (endpoint, since);
