-- What a comment of a survey is about: the code of a dimension, or "other"; nothing
-- until somebody has sorted it.
ALTER TABLE survey_comment ADD COLUMN category TEXT NOT NULL DEFAULT '';
