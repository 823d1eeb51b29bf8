-- name: rate_count
-- One request more, in the windows that the latest one's time lies in if this
-- one's does too, and in new ones otherwise.
INSERT INTO rate (subject, at, minute_requests, minute_tokens, day_requests)
VALUES (:subject, :at, 1, 0, 1)
    ON CONFLICT (subject) DO UPDATE
   SET minute_requests = 1 + CASE WHEN rate.at BETWEEN :minute_from AND :minute_to
                             THEN rate.minute_requests ELSE 0 END,
       minute_tokens = CASE WHEN rate.at BETWEEN :minute_from AND :minute_to
                       THEN rate.minute_tokens ELSE 0 END,
       day_requests = 1 + CASE WHEN rate.at BETWEEN :day_from AND :day_to
                          THEN rate.day_requests ELSE 0 END,
       at = CASE WHEN rate.at BETWEEN :at AND :latest THEN rate.at ELSE :at END
RETURNING at, minute_requests, minute_tokens, day_requests;

-- name: rate_add_tokens
UPDATE rate SET minute_tokens = minute_tokens + :tokens
 WHERE subject = :subject;

-- name: rate_correct
-- Only while the minute lasts that the tokens were counted in.
UPDATE rate
   SET minute_tokens = CASE WHEN minute_tokens + :more > 0
                       THEN minute_tokens + :more ELSE 0 END
 WHERE subject = :subject AND at BETWEEN :from AND :to;

-- name: rate_today
SELECT day_requests FROM rate
 WHERE subject = :subject AND at BETWEEN :day_from AND :day_to;

-- name: rate_forget
-- scans: as many rows as there are keys with limits
DELETE FROM rate WHERE at < :before;
