-- When a task is planned to begin (it is due when it is planned to end), and when somebody began and ended it.
ALTER TABLE task ADD COLUMN starts BIGINT;
ALTER TABLE task ADD COLUMN begun BIGINT;
ALTER TABLE task ADD COLUMN ended BIGINT;
