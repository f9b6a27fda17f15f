-- A row holds of its entry what its columns do not say, so that the file's pages hold more of them: without `seq` and `at`
-- where `public` is 0 or 1, without what comes before a visitor's words where it is 2 (`message::held` in `shared`). Rows
-- without a time are of earlier builds and hold everything.
ALTER TABLE message ADD COLUMN at INTEGER;
CREATE VIEW entry AS
    SELECT seq, public, CASE
        WHEN at IS NULL THEN json
        WHEN public = 2 THEN '{"seq":' || seq || ',"at":' || at
            || ',"from":{"type":"visitor"},"body":{"type":"text","text":"' || json
        ELSE '{"seq":' || seq || ',"at":' || at || ',' || json
    END AS json FROM message;
