-- What the blackboard keeps by itself: the tally of statuses, the number of open dependencies of each task, and the rules
-- that no command may bend. The change feed's triggers are made from the table in feed.py.
-- In an update, a `rev` that did not move means that a bare shell wrote the row.

-- Rules ---------------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_never_replaced BEFORE INSERT ON tasks
WHEN EXISTS (SELECT 1 FROM tasks WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rows of tasks are never replaced'); END;

CREATE TRIGGER tasks_keep_id BEFORE UPDATE OF id ON tasks
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'the id of a task never changes'); END;

CREATE TRIGGER dependencies_never_updated BEFORE UPDATE ON dependencies
BEGIN SELECT RAISE(ABORT, 'dependencies are added and removed, never updated'); END;

CREATE TRIGGER dependencies_never_replaced BEFORE INSERT ON dependencies
WHEN EXISTS (SELECT 1 FROM dependencies WHERE task = NEW.task AND needs = NEW.needs)
BEGIN SELECT RAISE(ABORT, 'this dependency exists already'); END;

CREATE TRIGGER events_never_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the change feed is append-only'); END;

-- The fence and the blocked count start where the rules say, whatever an insert asks for.
CREATE TRIGGER tasks_start_unblocked AFTER INSERT ON tasks
WHEN NEW.blocked_by <> 0
BEGIN UPDATE tasks SET blocked_by = 0 WHERE id = NEW.id; END;

CREATE TRIGGER tasks_fence_grows BEFORE UPDATE OF fence ON tasks
WHEN NEW.fence < OLD.fence
BEGIN SELECT RAISE(ABORT, 'a fence never goes back'); END;

CREATE TRIGGER seats_fence_grows BEFORE UPDATE OF fence ON seats
WHEN NEW.fence < OLD.fence
BEGIN SELECT RAISE(ABORT, 'a fence never goes back'); END;

-- Tally ---------------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_counted AFTER INSERT ON tasks
BEGIN UPDATE counts SET n = n + 1 WHERE status = NEW.status; END;

CREATE TRIGGER tasks_recounted AFTER UPDATE OF status ON tasks
WHEN NEW.status <> OLD.status
BEGIN
    UPDATE counts SET n = n - 1 WHERE status = OLD.status;
    UPDATE counts SET n = n + 1 WHERE status = NEW.status;
END;

CREATE TRIGGER tasks_uncounted AFTER DELETE ON tasks
BEGIN UPDATE counts SET n = n - 1 WHERE status = OLD.status; END;

-- Blocked -------------------------------------------------------------------------------------------------------------

CREATE TRIGGER dependencies_block AFTER INSERT ON dependencies
WHEN (SELECT status FROM tasks WHERE id = NEW.needs) <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by + 1 WHERE id = NEW.task; END;

CREATE TRIGGER dependencies_unblock AFTER DELETE ON dependencies
WHEN (SELECT status FROM tasks WHERE id = OLD.needs) <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by - 1 WHERE id = OLD.task; END;

-- A plain cascade would delete the edges when the status of the task is no longer visible, and count wrongly.
CREATE TRIGGER tasks_take_edges BEFORE DELETE ON tasks
BEGIN DELETE FROM dependencies WHERE task = OLD.id OR needs = OLD.id; END;

CREATE TRIGGER tasks_done_unblocks AFTER UPDATE OF status ON tasks
WHEN NEW.status = 'done' AND OLD.status <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by - 1 WHERE id IN (SELECT task FROM dependencies WHERE needs = NEW.id); END;

CREATE TRIGGER tasks_undone_blocks AFTER UPDATE OF status ON tasks
WHEN NEW.status <> 'done' AND OLD.status = 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by + 1 WHERE id IN (SELECT task FROM dependencies WHERE needs = NEW.id); END;

-- Usage ---------------------------------------------------------------------------------------------------------------

CREATE TRIGGER sessions_use AFTER INSERT ON sessions
BEGIN
    INSERT INTO usage (bucket, sessions, tokens, cost)
    VALUES (0, 1, NEW.tokens, NEW.cost), (NEW.created_at / 1800000, 1, NEW.tokens, NEW.cost)
    ON CONFLICT (bucket) DO UPDATE SET
        sessions = sessions + 1, tokens = tokens + excluded.tokens, cost = cost + excluded.cost;
END;

CREATE TRIGGER sessions_use_more AFTER UPDATE OF tokens, cost ON sessions
WHEN NEW.tokens <> OLD.tokens OR NEW.cost <> OLD.cost
BEGIN
    INSERT INTO usage (bucket, tokens, cost)
    VALUES (0, NEW.tokens - OLD.tokens, NEW.cost - OLD.cost),
           (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)) / 1800000,
            NEW.tokens - OLD.tokens, NEW.cost - OLD.cost)
    ON CONFLICT (bucket) DO UPDATE SET tokens = tokens + excluded.tokens, cost = cost + excluded.cost;
END;

-- Experiences: what their index and their files are behind with, whoever wrote them --------------------------------------

CREATE TRIGGER experiences_new AFTER INSERT ON experiences
BEGIN
    INSERT INTO experiences_unindexed (id) VALUES (NEW.id) ON CONFLICT (id) DO NOTHING;
    INSERT INTO experiences_unwritten (id) VALUES (NEW.id) ON CONFLICT (id) DO UPDATE SET change = change + 1;
END;

CREATE TRIGGER experiences_reworded AFTER UPDATE OF title, body, tags ON experiences
BEGIN INSERT INTO experiences_unindexed (id) VALUES (NEW.id) ON CONFLICT (id) DO NOTHING; END;

CREATE TRIGGER experiences_changed AFTER UPDATE ON experiences
BEGIN INSERT INTO experiences_unwritten (id) VALUES (NEW.id) ON CONFLICT (id) DO UPDATE SET change = change + 1; END;

CREATE TRIGGER experiences_gone AFTER DELETE ON experiences
BEGIN
    INSERT INTO experiences_unindexed (id) VALUES (OLD.id) ON CONFLICT (id) DO NOTHING;
    INSERT INTO experiences_unwritten (id) VALUES (OLD.id) ON CONFLICT (id) DO UPDATE SET change = change + 1;
END;

CREATE TRIGGER experiences_restored AFTER UPDATE OF epoch ON project
WHEN NEW.epoch <> OLD.epoch
BEGIN
    INSERT INTO experiences_unwritten (id) SELECT id FROM experiences WHERE true
    ON CONFLICT (id) DO UPDATE SET change = change + 1;
END;

-- Asks: nobody waits for one whose session is gone, whose task has ended, or whose hold was released without an answer -------

CREATE TRIGGER asks_end_with_session AFTER UPDATE OF gone_at ON sessions
WHEN NEW.gone_at IS NOT NULL AND OLD.gone_at IS NULL
BEGIN
    UPDATE asks SET status = 'closed', answer = 'its session ended', answered_at = NEW.gone_at, updated_at = NEW.gone_at,
        actor = 'blackboard', origin = 'scheduler', in_session = NULL, rev = rev + 1
    WHERE session = NEW.id AND status = 'open' AND parked = 0;
END;

CREATE TRIGGER asks_end_with_task AFTER UPDATE OF status ON tasks
WHEN NEW.status IN ('done', 'failed', 'cancelled') AND OLD.status NOT IN ('done', 'failed', 'cancelled')
BEGIN
    UPDATE asks SET status = 'closed', answer = 'its task ended', answered_at = NEW.updated_at, updated_at = NEW.updated_at,
        actor = 'blackboard', origin = 'scheduler', in_session = NULL, rev = rev + 1
    WHERE task_id = NEW.id AND status = 'open';
END;

CREATE TRIGGER asks_end_with_hold AFTER UPDATE OF status ON tasks
WHEN OLD.status = 'held' AND NEW.status <> 'held'
BEGIN
    UPDATE asks SET status = 'closed', answer = 'its task went on without an answer', answered_at = NEW.updated_at,
        updated_at = NEW.updated_at, actor = 'blackboard', origin = 'scheduler', in_session = NULL, rev = rev + 1
    WHERE task_id = NEW.id AND status = 'open' AND parked = 1;
END;
