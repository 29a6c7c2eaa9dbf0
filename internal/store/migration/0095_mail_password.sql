-- The password with which mail is sent, when the settings name the server.
-- It is apart from the settings, which are shown, compared and carried around.
CREATE TABLE mail_password (one INTEGER PRIMARY KEY, password TEXT NOT NULL);
