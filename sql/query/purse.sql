-- name: purse_key
-- May the key be used, until when, and what of its limit is used and held.
SELECT CASE WHEN disabled = 0 AND deleted_at IS NULL THEN 1 ELSE 0 END,
       expires_at, spend_limit, held,
       CASE limit_reset
       WHEN 'daily' THEN CASE WHEN day_start = :day THEN day_usage ELSE 0 END
       WHEN 'weekly' THEN CASE WHEN week_start = :week THEN week_usage ELSE 0 END
       WHEN 'monthly' THEN CASE WHEN month_start = :month THEN month_usage ELSE 0 END
       ELSE usage END
  FROM api_key
 WHERE hash = :key;

-- name: purse_credit
SELECT balance, held FROM book WHERE id = 'credit:' || :account;

-- name: purse_add_key
UPDATE api_key
   SET held = held + :held,
       usage = usage + :charge,
       day_usage = CASE WHEN day_start = :day THEN day_usage ELSE 0 END + :charge,
       day_start = :day,
       week_usage = CASE WHEN week_start = :week THEN week_usage ELSE 0 END + :charge,
       week_start = :week,
       month_usage = CASE WHEN month_start = :month THEN month_usage ELSE 0 END + :charge,
       month_start = :month,
       last_used_at = coalesce(:at, last_used_at)
 WHERE hash = :key;

-- name: purse_add_credit
UPDATE book
   SET held = held + :held, balance = balance - :charge
 WHERE id = 'credit:' || :account;
