CREATE TABLE release (
	id BIGINT PRIMARY KEY REFERENCES record (id), description TEXT NOT NULL, form TEXT NOT NULL, weight TEXT NOT NULL, version TEXT NOT NULL,
	design TEXT NOT NULL, rollout TEXT NOT NULL, training TEXT NOT NULL, support TEXT NOT NULL, known TEXT NOT NULL, risks TEXT NOT NULL,
	back_out TEXT NOT NULL, back_out_time INTEGER NOT NULL, province BOOLEAN NOT NULL, confirmed TEXT NOT NULL, support_days INTEGER NOT NULL,
	starts BIGINT, ends BIGINT, build INTEGER NOT NULL, parts TEXT NOT NULL, targets TEXT NOT NULL, tests TEXT NOT NULL, reviews TEXT NOT NULL,
	accepted_by BIGINT, accepted BIGINT, approved BIGINT, begun BIGINT, deployed BIGINT, support_until BIGINT, closed BIGINT,
	why_dropped TEXT NOT NULL, why_backed_out TEXT NOT NULL, outcome TEXT NOT NULL, updated BOOLEAN NOT NULL
);
-- Those that are everywhere and wait for early support to begin.
CREATE INDEX release_deployed ON release (deployed) WHERE deployed IS NOT NULL AND support_until IS NULL AND closed IS NULL;
CREATE INDEX release_starts ON release (starts) WHERE starts IS NOT NULL;
-- The definitive software library. What was refused may be entered again.
CREATE TABLE library_entry (
	id {id}, name TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL, licence TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL,
	zone BIGINT NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL, by_whom BIGINT, at BIGINT NOT NULL, judge BIGINT, judged BIGINT, why TEXT NOT NULL, row_version BIGINT NOT NULL
);
CREATE UNIQUE INDEX library_entry_version ON library_entry (zone, name, version) WHERE state <> 'refused';
-- The definitive hardware store.
CREATE TABLE spare (id {id}, name TEXT NOT NULL, model TEXT NOT NULL, place TEXT NOT NULL, zone BIGINT NOT NULL, least INTEGER NOT NULL, pieces INTEGER NOT NULL, row_version BIGINT NOT NULL);
CREATE TABLE spare_movement (id {id}, spare BIGINT NOT NULL REFERENCES spare (id), pieces INTEGER NOT NULL, why TEXT NOT NULL, ref TEXT NOT NULL, by_whom BIGINT, at BIGINT NOT NULL);
CREATE INDEX spare_movement_spare ON spare_movement (spare, id);
