-- What was used, added up as it is settled, so that sums over a month need not
-- go through its million generations. Everything here follows from them:
-- fsck proves it.

-- One use of the suite: a key asking an endpoint for a model.
CREATE TABLE tally_line (
	id        BIGINT PRIMARY KEY,
	account   TEXT NOT NULL REFERENCES account (id),
	api_key   TEXT NOT NULL REFERENCES api_key (hash),
	model     TEXT NOT NULL,
	endpoint  TEXT NOT NULL,
	provider  TEXT NOT NULL,
	UNIQUE (account, api_key, model, endpoint, provider)
);

-- What one line came to in an hour or in a day of UTC, by when its requests
-- were made. A day is its hours once more: a year of days is quickly read.
CREATE TABLE tally_sum (
	line        BIGINT NOT NULL REFERENCES tally_line (id),
	width       BIGINT NOT NULL CHECK (width IN (3600000, 86400000)),
	start       BIGINT NOT NULL,        -- milliseconds since 1970
	requests    BIGINT NOT NULL,        -- settled generations
	charged     BIGINT NOT NULL,        -- those that cost their owner anything
	failed      BIGINT NOT NULL,        -- those that no provider answered
	prompt      BIGINT NOT NULL,        -- tokens, cached ones among them
	cached      BIGINT NOT NULL,
	completion  BIGINT NOT NULL,        -- tokens, reasoning among them
	reasoning   BIGINT NOT NULL,
	charge      BIGINT NOT NULL,
	cost        BIGINT NOT NULL,
	PRIMARY KEY (line, width, start)
);

INSERT INTO tally_line (id, account, api_key, model, endpoint, provider)
SELECT row_number() OVER (ORDER BY g.account, g.api_key, g.model, g.endpoint,
                          g.provider),
       g.account, g.api_key, g.model, g.endpoint, g.provider
  FROM (SELECT DISTINCT account, api_key, model, endpoint, provider
          FROM generation
         WHERE state = 'settled') g;

INSERT INTO tally_sum (line, width, start, requests, charged, failed, prompt,
                   cached, completion, reasoning, charge, cost)
SELECT l.id, 3600000, g.at - g.at % 3600000, count(*),
       sum(CASE WHEN g.charge > 0 THEN 1 ELSE 0 END),
       sum(CASE WHEN g.outcome = 'failed' THEN 1 ELSE 0 END),
       sum(g.fresh + g.cache_read + g.cache_write_5m + g.cache_write_1h
           + g.audio_in + g.image_in),
       sum(g.cache_read),
       sum(g.output + g.reasoning + g.audio_out + g.image_out),
       sum(g.reasoning), sum(g.charge), sum(g.cost)
  FROM generation g
  JOIN tally_line l
    ON l.account = g.account AND l.api_key = g.api_key AND l.model = g.model
   AND l.endpoint = g.endpoint AND l.provider = g.provider
 WHERE g.state = 'settled'
 GROUP BY l.id, g.at - g.at % 3600000;

INSERT INTO tally_sum (line, width, start, requests, charged, failed, prompt,
                   cached, completion, reasoning, charge, cost)
SELECT t.line, 86400000, t.start - t.start % 86400000, sum(t.requests),
       sum(t.charged), sum(t.failed), sum(t.prompt), sum(t.cached),
       sum(t.completion), sum(t.reasoning), sum(t.charge), sum(t.cost)
  FROM tally_sum t
 WHERE t.width = 3600000
 GROUP BY t.line, t.start - t.start % 86400000;

-- What one of the account's own users, or one application, has asked. Only
-- requests that name them have a place here. An application is known by its
-- address, and by its title if it sends none.
CREATE INDEX generation_user ON generation (account, end_user, at)
	WHERE end_user IS NOT NULL;
CREATE INDEX generation_app ON generation (account, (coalesce(referer, title)), at)
	WHERE coalesce(referer, title) IS NOT NULL;
