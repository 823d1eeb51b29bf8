-- One request that was held for. The row is the hold while its state is
-- 'held', and the record of what happened from when it is 'settled'.
CREATE TABLE generation (
	id               TEXT PRIMARY KEY,      -- 'gen-SECONDS-24HEX'
	account          TEXT NOT NULL REFERENCES account (id),
	api_key          TEXT NOT NULL REFERENCES api_key (hash),
	state            TEXT NOT NULL CHECK (state IN ('held', 'settled')),
	at               BIGINT NOT NULL,
	ended_at         BIGINT,

	-- The hold: whose it is, and until when it is believed if that process
	-- cannot be seen.
	holder           TEXT NOT NULL,
	expires_at       BIGINT NOT NULL,
	held             BIGINT NOT NULL CHECK (held >= 0),
	prompt_estimate  BIGINT NOT NULL,       -- tokens, by documented rule
	output_known     BIGINT NOT NULL DEFAULT 0,  -- streamed past, at an extension

	operation        TEXT NOT NULL,         -- chat, completion
	streamed         BIGINT NOT NULL,
	model_asked      TEXT NOT NULL,
	model            TEXT NOT NULL,
	endpoint         TEXT NOT NULL REFERENCES endpoint (id),
	provider         TEXT NOT NULL,
	price            BIGINT REFERENCES price (id),

	-- What came of it.
	outcome          TEXT,   -- answered, failed, cut, cancelled, swept
	charge           BIGINT, -- to the owner
	cost             BIGINT, -- the provider's; more than the charge: overrun
	estimated        BIGINT NOT NULL DEFAULT 0,
	disputed         BIGINT NOT NULL DEFAULT 0,
	fresh            BIGINT,
	cache_read       BIGINT,
	cache_write_5m   BIGINT,
	cache_write_1h   BIGINT,
	audio_in         BIGINT,
	image_in         BIGINT,
	output           BIGINT,
	reasoning        BIGINT,
	audio_out        BIGINT,
	image_out        BIGINT,
	searches         BIGINT,
	finish           TEXT,
	native_finish    TEXT,
	status           BIGINT,
	error            TEXT,
	upstream_id      TEXT,
	first_token_ms   BIGINT,
	total_ms         BIGINT,
	failures         TEXT,   -- JSON: the attempts that did not answer

	-- Who asked, in their own words.
	referer          TEXT,
	title            TEXT,
	end_user         TEXT,
	session          TEXT,
	agent            TEXT
);

CREATE INDEX generation_account ON generation (account, at);
CREATE INDEX generation_open ON generation (holder) WHERE state = 'held';
