-- Of the deliveries of one conversation to one endpoint only the first, the head, may be tried. The others stand behind
-- it: their `due` is turned to `-1 - due`, so that an index holds the heads alone, in the order in which they are due.
-- Whatever takes the head away (taken, given up, dropped) turns the next one round.
UPDATE delivery SET due = -1 - due WHERE died IS NULL AND EXISTS (SELECT 1 FROM delivery AS e
    WHERE e.endpoint = delivery.endpoint AND e.conversation = delivery.conversation AND e.died IS NULL
        AND e.id < delivery.id);
CREATE INDEX delivery_head ON delivery (endpoint, due, id) WHERE died IS NULL AND due >= 0;
CREATE TRIGGER delivery_queued AFTER INSERT ON delivery WHEN NEW.died IS NULL AND EXISTS (SELECT 1 FROM delivery
    WHERE endpoint = NEW.endpoint AND conversation = NEW.conversation AND died IS NULL AND id < NEW.id) BEGIN
    UPDATE delivery SET due = -1 - due WHERE id = NEW.id;
END;
CREATE TRIGGER delivery_gone AFTER DELETE ON delivery WHEN OLD.died IS NULL AND OLD.due >= 0 BEGIN
    UPDATE delivery SET due = -1 - due WHERE due < 0 AND id = (SELECT min(id) FROM delivery
        WHERE endpoint = OLD.endpoint AND conversation = OLD.conversation AND died IS NULL);
END;
CREATE TRIGGER delivery_given_up AFTER UPDATE OF died ON delivery
    WHEN OLD.died IS NULL AND NEW.died IS NOT NULL AND OLD.due >= 0 BEGIN
    UPDATE delivery SET due = -1 - due WHERE due < 0 AND id = (SELECT min(id) FROM delivery
        WHERE endpoint = NEW.endpoint AND conversation = NEW.conversation AND died IS NULL);
END;
-- Sent again, it is the first if it is the oldest, and then the former head stands behind it.
CREATE TRIGGER delivery_again AFTER UPDATE OF died ON delivery WHEN OLD.died IS NOT NULL AND NEW.died IS NULL BEGIN
    UPDATE delivery SET due = -1 - due WHERE endpoint = NEW.endpoint AND conversation = NEW.conversation
        AND died IS NULL AND due >= 0 AND id > (SELECT min(id) FROM delivery
            WHERE endpoint = NEW.endpoint AND conversation = NEW.conversation AND died IS NULL);
END;
