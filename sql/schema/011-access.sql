-- Counts the changes of what requests may do: keys, accounts, catalogue. Who
-- remembers a key asks this in the change that holds.
INSERT INTO version (topic, number) VALUES ('access', 1);
