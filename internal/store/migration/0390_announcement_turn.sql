-- What the readers of an announcement were told of it since: that its date is open again, that it was moved or called off, or takes place after all.
CREATE TABLE announcement_turn (
	id {id}, announcement BIGINT NOT NULL REFERENCES change_announcement (id), nth BIGINT NOT NULL, fate TEXT NOT NULL, starts BIGINT, ends BIGINT, at BIGINT NOT NULL,
	telling BIGINT, told BIGINT NOT NULL,
	UNIQUE (announcement, nth)
);
