-- How endpoints have done, by the minute: what live statistics and routing are
-- read from. Kept for two days. A measure's buckets are domain/health.h's: for
-- outcomes their numbers, for times and speeds those of a histogram.
CREATE TABLE endpoint_minute (
	endpoint  TEXT NOT NULL,
	measure   BIGINT NOT NULL,      -- 0 outcome, 1 first token, 2 speed
	minute    BIGINT NOT NULL,      -- since 1970
	bucket    BIGINT NOT NULL,
	count     BIGINT NOT NULL CHECK (count > 0),
	PRIMARY KEY (endpoint, measure, minute, bucket)
);
