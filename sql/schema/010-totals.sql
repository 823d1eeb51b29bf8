-- How endpoints have done in all their time: minutes that are over are added
-- up here, before they are forgotten. What is not in here yet is in the
-- minutes from the one that 'endpoint_total' is at.
CREATE TABLE endpoint_total (
	endpoint  TEXT NOT NULL,
	measure   BIGINT NOT NULL,
	bucket    BIGINT NOT NULL,
	count     BIGINT NOT NULL CHECK (count > 0),
	PRIMARY KEY (endpoint, measure, bucket)
);

INSERT INTO version (topic, number) VALUES ('endpoint_total', 0);
