-- name: ledger_hold_key
-- What the key has used in its limit's window, and all that is held for it,
-- stay within the limit; a hold of nothing needs only that it is not blocked.
UPDATE api_key
   SET held = held + :amount
 WHERE hash = :key
   AND disabled = 0
   AND deleted_at IS NULL
   AND (expires_at IS NULL OR expires_at > :at)
   AND (spend_limit IS NULL
        OR (spend_limit > 0
            AND (:amount = 0
                 OR held + :amount
                    + CASE limit_reset
                      WHEN 'daily' THEN
                        CASE WHEN day_start = :day THEN day_usage ELSE 0 END
                      WHEN 'weekly' THEN
                        CASE WHEN week_start = :week THEN week_usage ELSE 0 END
                      WHEN 'monthly' THEN
                        CASE WHEN month_start = :month THEN month_usage ELSE 0 END
                      ELSE usage END
                    <= spend_limit)));

-- name: ledger_unhold_key
UPDATE api_key SET held = held - :amount WHERE hash = :key;

-- name: ledger_hold_credit
UPDATE book
   SET held = held + :amount
 WHERE id = 'credit:' || :account
   AND (balance - held >= :amount OR (:amount = 0 AND balance >= 0));

-- name: ledger_room
-- What could still be held: by the owner's credit, and under the key's limit
-- (null: no limit; below zero: blocked).
SELECT b.balance - b.held,
       CASE WHEN k.spend_limit IS NULL THEN NULL
            WHEN k.spend_limit = 0 THEN -1
            ELSE k.spend_limit - k.held
                 - CASE k.limit_reset
                   WHEN 'daily' THEN
                     CASE WHEN k.day_start = :day THEN k.day_usage ELSE 0 END
                   WHEN 'weekly' THEN
                     CASE WHEN k.week_start = :week THEN k.week_usage ELSE 0 END
                   WHEN 'monthly' THEN
                     CASE WHEN k.month_start = :month THEN k.month_usage ELSE 0 END
                   ELSE k.usage END
       END
  FROM api_key k
  JOIN book b ON b.id = 'credit:' || k.account
 WHERE k.hash = :key;

-- name: ledger_open
INSERT INTO generation (
	id, account, api_key, state, at, holder, expires_at, held,
	prompt_estimate, operation, streamed, model_asked, model, endpoint,
	provider, price, referer, title, end_user, session, agent,
	counted_for_key, counted_for_account)
VALUES (:id, :account, :key, 'held', :at, :holder, :expires, :held,
	:estimate, :operation, :streamed, :asked, :model, :endpoint,
	:provider, :price, :referer, :title, :end_user, :session, :agent,
	:for_key, :for_account);

-- name: ledger_extend
UPDATE generation
   SET held = held + :amount, output_known = :known
 WHERE id = :id AND state = 'held';

-- name: ledger_close
UPDATE generation
   SET state = 'settled', ended_at = :at, outcome = :outcome,
       model = :model, endpoint = :endpoint, provider = :provider,
       price = :price,
       charge = CASE WHEN :cost < held THEN :cost ELSE held END,
       cost = :cost,
       estimated = :estimated, disputed = :disputed,
       fresh = :fresh, cache_read = :cache_read,
       cache_write_5m = :write_5m, cache_write_1h = :write_1h,
       audio_in = :audio_in, image_in = :image_in,
       output = :output, reasoning = :reasoning,
       audio_out = :audio_out, image_out = :image_out, searches = :searches,
       finish = :finish, native_finish = :native_finish, status = :status,
       error = :error, upstream_id = :upstream_id,
       first_token_ms = :first_token, total_ms = :total, failures = :failures
 WHERE id = :id AND state = 'held'
RETURNING held, charge, at, coalesce(counted_for_key, -1),
          coalesce(counted_for_account, -1);

-- name: ledger_settle_credit
UPDATE book
   SET balance = balance - :charge, held = held - :held
 WHERE id = 'credit:' || :account;

-- name: ledger_settle_key
UPDATE api_key
   SET held = held - :held,
       usage = usage + :charge,
       day_usage = CASE WHEN day_start = :day THEN day_usage ELSE 0 END + :charge,
       day_start = :day,
       week_usage = CASE WHEN week_start = :week THEN week_usage ELSE 0 END + :charge,
       week_start = :week,
       month_usage = CASE WHEN month_start = :month THEN month_usage ELSE 0 END + :charge,
       month_start = :month,
       last_used_at = :at
 WHERE hash = :key;

-- name: ledger_move
-- A book is opened by the first movement on it.
INSERT INTO book (id, balance)
VALUES (:book, :amount)
    ON CONFLICT (id) DO UPDATE SET balance = book.balance + excluded.balance;

-- name: ledger_open_book
-- So that a transfer can name it before anything has been moved.
INSERT INTO book (id) VALUES (:book)
    ON CONFLICT (id) DO NOTHING;

-- name: ledger_transfer
INSERT INTO transfer (id, debit, credit, amount, kind, generation, note, at)
VALUES (:id, :debit, :credit, :amount, :kind, :generation, :note, :at);

-- name: ledger_take_back
UPDATE book
   SET balance = balance - :amount
 WHERE id = :book AND balance - held >= :amount;
