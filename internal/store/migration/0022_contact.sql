CREATE TABLE contact (
	id BIGINT PRIMARY KEY REFERENCES record (id), description TEXT NOT NULL, channel TEXT NOT NULL, type TEXT NOT NULL,
	caller TEXT NOT NULL, phone TEXT NOT NULL, answer TEXT NOT NULL, article TEXT NOT NULL, about TEXT NOT NULL
);
