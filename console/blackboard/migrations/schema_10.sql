-- From version 9 to 10: what the operator raised the caps of a task to.

ALTER TABLE tasks ADD COLUMN cap TEXT;
CREATE INDEX tasks_capped ON tasks (id) WHERE cap IS NOT NULL;
