-- Articles are reviewed as everything else is decided: whoever could publish and
-- send back approves and refuses, whoever hands in can take it back.
UPDATE setting SET doc = replace(replace(replace(doc, '"knowledge.publish"', '"knowledge.approve"'), '"knowledge.send_back"', '"knowledge.refuse"'), '"knowledge.submit"', '"knowledge.submit","knowledge.recall"') WHERE kind = 'role';
UPDATE api_token SET grants = replace(replace(replace(grants, '"knowledge.publish"', '"knowledge.approve"'), '"knowledge.send_back"', '"knowledge.refuse"'), '"knowledge.submit"', '"knowledge.submit","knowledge.recall"');
