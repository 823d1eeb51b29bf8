-- The catalogue is no longer the empty one that processes may have read; once
-- it has been changed by anyone, a seed adds nothing that they must know now.
UPDATE version SET number = 2 WHERE topic = 'catalogue' AND number = 1;
