-- How much a key, and all keys of an account together, may ask for in a
-- minute and in a day of UTC. Null: no limit; 0: nothing.
ALTER TABLE api_key ADD COLUMN requests_per_minute BIGINT
	CHECK (requests_per_minute >= 0);
ALTER TABLE api_key ADD COLUMN requests_per_day BIGINT
	CHECK (requests_per_day >= 0);
ALTER TABLE api_key ADD COLUMN tokens_per_minute BIGINT
	CHECK (tokens_per_minute >= 0);

ALTER TABLE account ADD COLUMN requests_per_minute BIGINT
	CHECK (requests_per_minute >= 0);
ALTER TABLE account ADD COLUMN requests_per_day BIGINT
	CHECK (requests_per_day >= 0);
ALTER TABLE account ADD COLUMN tokens_per_minute BIGINT
	CHECK (tokens_per_minute >= 0);

-- What has been asked for, by those who have a limit: in the minute and in the
-- day that 'at' lies in. What was counted before is over, and nobody has to
-- clear it away.
CREATE TABLE rate (
	subject          TEXT PRIMARY KEY,      -- 'key:HASH', 'account:ID', 'free:ID'
	at               BIGINT NOT NULL,       -- the latest request's time
	minute_requests  BIGINT NOT NULL,
	minute_tokens    BIGINT NOT NULL,
	day_requests     BIGINT NOT NULL
);

-- The tokens that a request was counted with in advance, as long as nobody
-- knows how many it takes. Null: there was no limit of tokens.
ALTER TABLE generation ADD COLUMN counted_for_key BIGINT;
ALTER TABLE generation ADD COLUMN counted_for_account BIGINT;
