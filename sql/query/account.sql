-- name: account_list
-- scans: accounts are few
SELECT a.id, a.name, a.default_model, a.disabled, a.created_at, b.balance,
       b.held,
       (SELECT coalesce(sum(CASE WHEN t.credit = b.id THEN t.amount
                                 ELSE -t.amount END), 0)
          FROM transfer t
         WHERE t.generation IS NULL AND (t.credit = b.id OR t.debit = b.id)),
       a.requests_per_minute, a.requests_per_day, a.tokens_per_minute
  FROM account a
  JOIN book b ON b.id = 'credit:' || a.id
 WHERE :ref IS NULL OR a.id = :ref OR a.name = :ref
 ORDER BY a.created_at, a.id;

-- name: account_create
INSERT INTO account (
	id, name, default_model, disabled, created_at, requests_per_minute,
	requests_per_day, tokens_per_minute)
VALUES (:id, :name, :default_model, :disabled, :at, :per_minute, :per_day,
	:tokens)
    ON CONFLICT (name) DO NOTHING;

-- name: account_open_book
INSERT INTO book (id) VALUES ('credit:' || :account);

-- name: account_change
UPDATE account
   SET default_model = :default_model, disabled = :disabled,
       requests_per_minute = :per_minute, requests_per_day = :per_day,
       tokens_per_minute = :tokens
 WHERE id = :id;
