-- Who pays, and where the money is. Amounts are nano-dollars, times are
-- milliseconds since 1970.
CREATE TABLE account (
	id             TEXT PRIMARY KEY,        -- 'acct-' and 16 hex digits
	name           TEXT NOT NULL UNIQUE,
	default_model  TEXT,
	disabled       BIGINT NOT NULL DEFAULT 0,
	created_at     BIGINT NOT NULL
);

-- One account of the ledger. A balance is what was credited less what was
-- debited, and is kept beside the transfers only so that it can be checked in
-- one read; 'held' is the sum of the open generations.
CREATE TABLE book (
	id       TEXT PRIMARY KEY,              -- 'credit:ACCOUNT', 'cost:PROVIDER', ...
	balance  BIGINT NOT NULL DEFAULT 0,
	held     BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0)
);

INSERT INTO book (id) VALUES
	('grants'),     -- where granted credit comes from
	('revenue'),
	('fees'),
	('overrun'),    -- what a provider charged beyond the hold
	('disputed');

-- A movement, which balances by construction. Rows are only ever added; a
-- correction is a reversal.
CREATE TABLE transfer (
	id          TEXT PRIMARY KEY,           -- a generation has one of each kind
	debit       TEXT NOT NULL REFERENCES book (id),
	credit      TEXT NOT NULL REFERENCES book (id),
	amount      BIGINT NOT NULL CHECK (amount > 0),
	kind        TEXT NOT NULL,              -- usage, overrun, grant, refund, reversal
	generation  TEXT,
	note        TEXT NOT NULL,
	at          BIGINT NOT NULL,
	CHECK (debit <> credit)
);

-- A generation finds its own by their ids; people look for the others.
CREATE INDEX transfer_debit ON transfer (debit, at)
	WHERE generation IS NULL;
CREATE INDEX transfer_credit ON transfer (credit, at)
	WHERE generation IS NULL;

CREATE TABLE api_key (
	hash               TEXT PRIMARY KEY,    -- SHA-256 of the whole key
	account            TEXT NOT NULL REFERENCES account (id),
	kind               TEXT NOT NULL CHECK (kind IN ('regular', 'management')),
	name               TEXT NOT NULL,
	label              TEXT NOT NULL,       -- the key with its middle left out
	disabled           BIGINT NOT NULL DEFAULT 0,
	deleted_at         BIGINT,
	expires_at         BIGINT,
	created_at         BIGINT NOT NULL,
	updated_at         BIGINT,
	last_used_at       BIGINT,
	spend_limit        BIGINT CHECK (spend_limit >= 0),  -- null: none; 0: blocked
	limit_reset        TEXT CHECK (limit_reset IN ('daily', 'weekly', 'monthly')),
	allowed_models     TEXT,                -- JSON array of patterns; null: all
	allowed_providers  TEXT,
	held               BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
	usage              BIGINT NOT NULL DEFAULT 0,
	day_start          BIGINT NOT NULL DEFAULT 0,
	day_usage          BIGINT NOT NULL DEFAULT 0,
	week_start         BIGINT NOT NULL DEFAULT 0,
	week_usage         BIGINT NOT NULL DEFAULT 0,
	month_start        BIGINT NOT NULL DEFAULT 0,
	month_usage        BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX api_key_account ON api_key (account, created_at);

-- What processes compare to know that what they remember is old.
CREATE TABLE version (
	topic   TEXT PRIMARY KEY,
	number  BIGINT NOT NULL
);

INSERT INTO version (topic, number) VALUES ('catalogue', 1);
