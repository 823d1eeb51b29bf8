-- name: credential_list
-- scans: credentials are few
SELECT id, provider, label, sealed, hint, weight, disabled, created_at
  FROM credential
 WHERE :provider IS NULL OR provider = :provider
 ORDER BY provider, weight DESC, created_at, id;

-- name: credential_create
INSERT INTO credential (id, provider, label, sealed, hint, weight, disabled,
	created_at)
VALUES (:id, :provider, :label, :sealed, :hint, :weight, 0, :at);

-- name: credential_change
UPDATE credential
   SET label = :label, weight = :weight, disabled = :disabled
 WHERE id = :id;

-- name: credential_delete
DELETE FROM credential WHERE id = :id;

-- name: version_bump
-- Processes that remember the topic read it again at their next request.
UPDATE version SET number = number + 1 WHERE topic IN (:topic, 'access');
