-- name: transfer_list
-- scans: what operators moved by hand is little
SELECT id, debit, credit, amount, kind, generation, note, at
  FROM transfer
 WHERE generation IS NULL
   AND (:account IS NULL OR debit = 'credit:' || :account
        OR credit = 'credit:' || :account)
 ORDER BY at DESC, id DESC
 LIMIT :limit;

-- name: transfer_of
-- By the names that the ledger gives them: '.' is what follows '-'.
SELECT id, debit, credit, amount, kind, generation, note, at
  FROM transfer
 WHERE id >= :id AND id < :id || '.'
 ORDER BY at, id;
