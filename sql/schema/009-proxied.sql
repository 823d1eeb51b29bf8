-- A request that is passed on to a provider's own API may be for what no
-- endpoint in the catalogue stands for: then it has none. There is no way to
-- take a NOT NULL back that all engines know, so the table is made anew; no
-- other refers to it.
CREATE TABLE generation_anew (
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

	operation        TEXT NOT NULL,         -- chat, completion, embedding, proxy
	streamed         BIGINT NOT NULL,
	model_asked      TEXT NOT NULL,
	model            TEXT NOT NULL,
	endpoint         TEXT REFERENCES endpoint (id),  -- null: none that is known
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
	agent            TEXT,

	-- The tokens that it was counted with in advance, as long as nobody
	-- knows how many it takes. Null: there was no limit of tokens.
	counted_for_key      BIGINT,
	counted_for_account  BIGINT
);

INSERT INTO generation_anew (
	id, account, api_key, state, at, ended_at, holder, expires_at, held,
	prompt_estimate, output_known, operation, streamed, model_asked, model,
	endpoint, provider, price, outcome, charge, cost, estimated, disputed,
	fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
	output, reasoning, audio_out, image_out, searches, finish, native_finish,
	status, error, upstream_id, first_token_ms, total_ms, failures, referer,
	title, end_user, session, agent, counted_for_key, counted_for_account)
SELECT id, account, api_key, state, at, ended_at, holder, expires_at, held,
       prompt_estimate, output_known, operation, streamed, model_asked, model,
       endpoint, provider, price, outcome, charge, cost, estimated, disputed,
       fresh, cache_read, cache_write_5m, cache_write_1h, audio_in, image_in,
       output, reasoning, audio_out, image_out, searches, finish, native_finish,
       status, error, upstream_id, first_token_ms, total_ms, failures, referer,
       title, end_user, session, agent, counted_for_key, counted_for_account
  FROM generation;

DROP TABLE generation;
ALTER TABLE generation_anew RENAME TO generation;

CREATE INDEX generation_account ON generation (account, at);
CREATE INDEX generation_open ON generation (holder) WHERE state = 'held';

-- Requests that name one of the account's own users, or an application.
CREATE INDEX generation_user ON generation (account, end_user, at)
	WHERE end_user IS NOT NULL;
CREATE INDEX generation_app ON generation (account, (coalesce(referer, title)), at)
	WHERE coalesce(referer, title) IS NOT NULL;
