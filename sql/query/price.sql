-- name: price_origin
SELECT p.since, p.endpoint, p.import, i.source, i.shape
  FROM price p
  JOIN import i ON i.id = p.import
 WHERE p.id = :id;
