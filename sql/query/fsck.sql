-- name: fsck_balance
-- scans: a book's balance is the sum of its transfers
SELECT b.id, 'balance ' || b.balance || ', transfers ' || coalesce(m.total, 0)
  FROM book b
  LEFT JOIN (SELECT s.book, sum(s.amount) AS total
               FROM (SELECT credit AS book, amount FROM transfer
                     UNION ALL
                     SELECT debit AS book, -amount AS amount FROM transfer) s
              GROUP BY s.book) m
    ON m.book = b.id
 WHERE b.balance <> coalesce(m.total, 0);

-- name: fsck_books
-- scans: money is neither made nor lost
SELECT 'all books', 'sum ' || sum(balance)
  FROM book
HAVING sum(balance) <> 0;

-- name: fsck_held_credit
-- scans: what is held of a credit is the sum of the owner's open generations
SELECT b.id, 'held ' || b.held || ', open ' || coalesce(g.total, 0)
  FROM book b
  LEFT JOIN (SELECT account, sum(held) AS total
               FROM generation
              WHERE state = 'held'
              GROUP BY account) g
    ON 'credit:' || g.account = b.id
 WHERE b.held <> coalesce(g.total, 0);

-- name: fsck_held_key
-- scans: the same for keys
SELECT k.hash, 'held ' || k.held || ', open ' || coalesce(g.total, 0)
  FROM api_key k
  LEFT JOIN (SELECT api_key, sum(held) AS total
               FROM generation
              WHERE state = 'held'
              GROUP BY api_key) g
    ON g.api_key = k.hash
 WHERE k.held <> coalesce(g.total, 0);

-- name: fsck_overdrawn
-- scans: no credit is passed
SELECT id, 'balance ' || balance || ', held ' || held
  FROM book
 WHERE id LIKE 'credit:%' AND balance < held;

-- name: fsck_key_usage
-- scans: a key has used what its generations were charged
SELECT k.hash, 'usage ' || k.usage || ', charges ' || coalesce(g.total, 0)
  FROM api_key k
  LEFT JOIN (SELECT api_key, sum(charge) AS total
               FROM generation
              WHERE state = 'settled'
              GROUP BY api_key) g
    ON g.api_key = k.hash
 WHERE k.usage <> coalesce(g.total, 0);

-- name: fsck_charge
-- scans: a settled generation has its charge among the transfers
SELECT g.id, 'charge ' || coalesce(g.charge, -1)
             || ', transfer ' || coalesce(t.amount, 0)
  FROM generation g
  LEFT JOIN transfer t
    ON t.id = 'txn-' || substr(g.id, 5)
   AND t.kind = 'usage'
   AND t.generation = g.id
   AND t.debit = 'credit:' || g.account
   AND t.credit = 'cost:' || g.provider
 WHERE g.state = 'settled'
   AND (g.charge IS NULL OR g.charge <> coalesce(t.amount, 0));

-- name: fsck_overrun
-- scans: what went beyond the hold is among the transfers
SELECT g.id, 'overrun ' || (g.cost - g.charge)
             || ', transfer ' || coalesce(t.amount, 0)
  FROM generation g
  LEFT JOIN transfer t
    ON t.id = 'txn-' || substr(g.id, 5) || '-overrun'
   AND t.kind = 'overrun'
 WHERE g.state = 'settled'
   AND g.cost - g.charge <> coalesce(t.amount, 0);

-- name: fsck_stray
-- scans: no transfer without its generation
SELECT t.id, 'generation ' || t.generation
  FROM transfer t
  LEFT JOIN generation g
    ON g.id = t.generation AND g.state = 'settled'
 WHERE t.generation IS NOT NULL AND g.id IS NULL;
