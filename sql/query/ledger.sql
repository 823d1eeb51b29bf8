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
          coalesce(counted_for_account, -1), endpoint;

-- name: ledger_elsewhere
-- Another endpoint answered than the first, which stands there from the hold.
UPDATE generation
   SET model = :model, endpoint = :endpoint, provider = :provider,
       price = :price
 WHERE id = :id;

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
