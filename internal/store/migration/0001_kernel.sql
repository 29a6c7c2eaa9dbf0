-- What all practices share: settings, persons, records, timelines, clocks,
-- links, counters, the outbox and the audit log.
CREATE TABLE setting (
	id {id}, kind TEXT NOT NULL, code TEXT NOT NULL, name_en TEXT NOT NULL, name_zh TEXT NOT NULL,
	parent BIGINT REFERENCES setting (id), retired BOOLEAN NOT NULL, doc TEXT NOT NULL,
	version BIGINT NOT NULL, changed BIGINT NOT NULL,
	UNIQUE (kind, code)
);
CREATE TABLE setting_version (one INTEGER PRIMARY KEY, version BIGINT NOT NULL);
INSERT INTO setting_version (one, version) VALUES (1, 1);
CREATE TABLE person (
	id {id}, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, pinyin TEXT NOT NULL,
	mail TEXT NOT NULL, phone TEXT NOT NULL, room TEXT NOT NULL,
	department BIGINT REFERENCES setting (id), post BIGINT REFERENCES setting (id),
	staff BOOLEAN NOT NULL, external BOOLEAN NOT NULL, vip BOOLEAN NOT NULL, retired BOOLEAN NOT NULL,
	doc TEXT NOT NULL, version BIGINT NOT NULL, changed BIGINT NOT NULL
);
CREATE INDEX person_phone ON person (phone);
CREATE TABLE numbering (kind TEXT PRIMARY KEY, year INTEGER NOT NULL, next BIGINT NOT NULL);
CREATE TABLE record (
	id {id}, kind TEXT NOT NULL, number BIGINT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL,
	priority INTEGER NOT NULL, requester BIGINT REFERENCES person (id), team BIGINT, owner BIGINT REFERENCES person (id),
	service BIGINT, department BIGINT, zone BIGINT,
	opened BIGINT NOT NULL, moved BIGINT NOT NULL, due BIGINT NOT NULL, version BIGINT NOT NULL,
	live BOOLEAN NOT NULL, extra TEXT NOT NULL,
	UNIQUE (kind, number)
);
CREATE INDEX record_opened ON record (kind, opened, id);
CREATE INDEX record_moved ON record (kind, moved, id);
CREATE INDEX record_team ON record (kind, team, opened, id);
CREATE INDEX record_service ON record (kind, service, opened, id);
CREATE INDEX record_requester ON record (requester, opened, id);
CREATE INDEX record_live_opened ON record (kind, opened, id) WHERE live;
CREATE INDEX record_live_due ON record (kind, due, id) WHERE live;
CREATE INDEX record_live_priority ON record (kind, priority, id) WHERE live;
CREATE INDEX record_live_owner ON record (owner, due) WHERE live;
CREATE TABLE party (
	record BIGINT NOT NULL REFERENCES record (id), person BIGINT NOT NULL REFERENCES person (id), role TEXT NOT NULL,
	PRIMARY KEY (record, person, role)
);
CREATE INDEX party_person ON party (person, record);
CREATE TABLE timeline (
	id {id}, record BIGINT NOT NULL REFERENCES record (id), at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id),
	deed TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL,
	public BOOLEAN NOT NULL, irregular BOOLEAN NOT NULL, changes TEXT NOT NULL, batch BIGINT
);
CREATE INDEX timeline_record ON timeline (record, id);
CREATE TABLE clock (
	record BIGINT NOT NULL REFERENCES record (id), name TEXT NOT NULL, target BIGINT NOT NULL, spent BIGINT NOT NULL,
	state TEXT NOT NULL, started BIGINT, since BIGINT, due BIGINT, broke BIGINT, stopped BIGINT,
	warned INTEGER NOT NULL, misses INTEGER NOT NULL, next_warn BIGINT,
	PRIMARY KEY (record, name)
);
CREATE INDEX clock_warn ON clock (next_warn) WHERE next_warn IS NOT NULL;
CREATE TABLE link (
	source BIGINT NOT NULL REFERENCES record (id), target BIGINT NOT NULL REFERENCES record (id), type TEXT NOT NULL,
	at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id),
	PRIMARY KEY (source, target, type)
);
CREATE INDEX link_target ON link (target);
CREATE TABLE tally (
	kind TEXT NOT NULL, zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL,
	state TEXT NOT NULL, priority INTEGER NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (kind, zone, department, team, service, state, priority)
);
CREATE TABLE tally_delta (
	id {id}, kind TEXT NOT NULL, zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL,
	state TEXT NOT NULL, priority INTEGER NOT NULL, n BIGINT NOT NULL
);
CREATE TABLE outbox (id {id}, entry BIGINT NOT NULL, record BIGINT NOT NULL, deed TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE audit (
	id {id}, at BIGINT NOT NULL, actor BIGINT NOT NULL, name TEXT NOT NULL, via TEXT NOT NULL, address TEXT NOT NULL,
	deed TEXT NOT NULL, object TEXT NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL,
	seq BIGINT, hash TEXT
);
CREATE INDEX audit_unsealed ON audit (id) WHERE seq IS NULL;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
