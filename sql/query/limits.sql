-- name: limits_bought
-- All credit that an account was ever given, less what was taken back.
SELECT (SELECT coalesce(sum(t.amount), 0) FROM transfer t
         WHERE t.generation IS NULL AND t.credit = :book)
       - (SELECT coalesce(sum(t.amount), 0) FROM transfer t
           WHERE t.generation IS NULL AND t.debit = :book);
