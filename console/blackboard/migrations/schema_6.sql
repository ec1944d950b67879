-- From version 5 to 6: the newest failed tasks are found without a look at all of them. An older moziplus just keeps it up.

CREATE INDEX tasks_failed ON tasks (status, updated_at) WHERE status = 'failed';
