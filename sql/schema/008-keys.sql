-- What clients say of a key and want to be told again. A member of the owner's,
-- and a user of a partner's, are nothing but names to us.
ALTER TABLE api_key ADD COLUMN include_byok_in_limit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE api_key ADD COLUMN creator TEXT;
ALTER TABLE api_key ADD COLUMN external_user TEXT;
