-- How people prove who they are: accounts, wrong tries, sessions, API tokens,
-- and the set-up token of the first start. Secrets are stored as digests.
CREATE INDEX person_code_any_case ON person (lower(code));
CREATE TABLE account (
	person BIGINT PRIMARY KEY REFERENCES person (id), password TEXT NOT NULL, password_set BIGINT, change_due BOOLEAN NOT NULL,
	blocked BOOLEAN NOT NULL, why TEXT NOT NULL, secret TEXT NOT NULL, pending TEXT NOT NULL, step BIGINT NOT NULL,
	recovery TEXT NOT NULL, past TEXT NOT NULL, last_in BIGINT, opened BIGINT, version BIGINT NOT NULL
);
CREATE TABLE try (name TEXT PRIMARY KEY, n INTEGER NOT NULL, last BIGINT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE session (
	id TEXT PRIMARY KEY, person BIGINT NOT NULL REFERENCES person (id), stage TEXT NOT NULL,
	started BIGINT NOT NULL, seen BIGINT NOT NULL, ends BIGINT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_ends ON session (ends);
CREATE TABLE api_token (
	id {id}, person BIGINT NOT NULL REFERENCES person (id), name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, grants TEXT NOT NULL,
	made BIGINT NOT NULL, ends BIGINT NOT NULL, seen BIGINT, revoked BIGINT
);
CREATE INDEX api_token_person ON api_token (person);
CREATE TABLE setup (one INTEGER PRIMARY KEY, digest TEXT NOT NULL, ends BIGINT NOT NULL, used BOOLEAN NOT NULL);
CREATE TABLE audit_head (one INTEGER PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, at BIGINT);
INSERT INTO audit_head (one, seq, hash, at) VALUES (1, 0, '', NULL);
CREATE TABLE audit_export (target TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX audit_at ON audit (at, id);
CREATE TABLE masked (record BIGINT PRIMARY KEY REFERENCES record (id), at BIGINT NOT NULL);
