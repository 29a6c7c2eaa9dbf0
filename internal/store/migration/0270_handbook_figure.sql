-- What the figures of processes came to, night by night.
CREATE TABLE handbook_figure (id {id}, at BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX handbook_figure_at ON handbook_figure (at);
