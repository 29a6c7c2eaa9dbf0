-- Where what is said of a relation or a redundancy came from: the source that
-- brought it, and those of the parts that another one added or changed.
ALTER TABLE relation ADD COLUMN origins TEXT NOT NULL DEFAULT '';
ALTER TABLE redundancy ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE redundancy ADD COLUMN origins TEXT NOT NULL DEFAULT '';
-- A redundancy began with the first of its relations when an import made both.
UPDATE redundancy SET origin = coalesce((SELECT min(r.origin) FROM relation AS r WHERE r.redundancy = redundancy.id AND r.since = redundancy.since), 'hand');
