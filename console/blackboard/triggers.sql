-- What the blackboard keeps by itself: the tally of statuses, the number of open dependencies of each task, the change feed,
-- and the rules that no command may bend. In an update, a `rev` that did not move means that a bare shell wrote the row.

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

-- Change feed ---------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_told_created AFTER INSERT ON tasks
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.created_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.id, 'created', 'task', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER tasks_told_status AFTER UPDATE OF status ON tasks
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'status', 'task', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER tasks_told_edited
AFTER UPDATE OF title, body, priority, assignee, role, needs, tags, reviews, parent, deadline, not_before,
    expect, on_failure, undo ON tasks
WHEN NEW.title IS NOT OLD.title
    OR NEW.body IS NOT OLD.body
    OR NEW.priority IS NOT OLD.priority
    OR NEW.assignee IS NOT OLD.assignee
    OR NEW.role IS NOT OLD.role
    OR NEW.needs IS NOT OLD.needs
    OR NEW.tags IS NOT OLD.tags
    OR NEW.reviews IS NOT OLD.reviews
    OR NEW.parent IS NOT OLD.parent
    OR NEW.deadline IS NOT OLD.deadline
    OR NEW.not_before IS NOT OLD.not_before
    OR NEW.expect IS NOT OLD.expect
    OR NEW.on_failure IS NOT OLD.on_failure
    OR NEW.undo IS NOT OLD.undo
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'edited', 'task', NEW.id, NULL,
            trim(iif(NEW.title IS NOT OLD.title, 'title ', '')
                 || iif(NEW.body IS NOT OLD.body, 'body ', '')
                 || iif(NEW.priority IS NOT OLD.priority, 'priority ', '')
                 || iif(NEW.assignee IS NOT OLD.assignee, 'assignee ', '')
                 || iif(NEW.role IS NOT OLD.role, 'role ', '')
                 || iif(NEW.needs IS NOT OLD.needs, 'needs ', '')
                 || iif(NEW.tags IS NOT OLD.tags, 'tags ', '')
                 || iif(NEW.reviews IS NOT OLD.reviews, 'reviews ', '')
                 || iif(NEW.parent IS NOT OLD.parent, 'parent ', '')
                 || iif(NEW.deadline IS NOT OLD.deadline, 'deadline ', '')
                 || iif(NEW.not_before IS NOT OLD.not_before, 'not_before ', '')
                 || iif(NEW.expect IS NOT OLD.expect, 'expect ', '')
                 || iif(NEW.on_failure IS NOT OLD.on_failure, 'on_failure ', '')
                 || iif(NEW.undo IS NOT OLD.undo, 'undo ', '')), NULL);
END;

CREATE TRIGGER tasks_told_fence AFTER UPDATE OF fence ON tasks
WHEN NEW.fence <> OLD.fence AND NEW.status = OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'fence', 'task', NEW.id, OLD.fence, NEW.fence, NEW.fence);
END;

-- Written by the trigger that follows the dependency, so the actor is whoever changed that one; told here without a name.
CREATE TRIGGER tasks_told_blocked AFTER UPDATE OF blocked_by ON tasks
WHEN (NEW.blocked_by > 0) <> (OLD.blocked_by > 0)
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'blackboard', 'scheduler', NULL,
            NEW.id, iif(NEW.blocked_by > 0, 'blocked', 'unblocked'), 'task', NEW.id, OLD.blocked_by, NEW.blocked_by, NULL);
END;

CREATE TRIGGER tasks_told_deleted AFTER DELETE ON tasks
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            OLD.id, 'deleted', 'task', OLD.id, OLD.title, NULL, NULL);
END;

CREATE TRIGGER dependencies_told_created AFTER INSERT ON dependencies
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task, 'created', 'dependency', NEW.task || '<' || NEW.needs, NULL, NEW.needs, NULL);
END;

CREATE TRIGGER dependencies_told_deleted AFTER DELETE ON dependencies
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            OLD.task, 'deleted', 'dependency', OLD.task || '<' || OLD.needs, OLD.needs, NULL, NULL);
END;

CREATE TRIGGER sessions_told_created AFTER INSERT ON sessions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.created_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'session', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_gone AFTER UPDATE OF gone_at ON sessions
WHEN NEW.gone_at IS NOT NULL AND OLD.gone_at IS NULL
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'gone', 'session', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_status AFTER UPDATE OF status ON sessions
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'session', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_stop AFTER UPDATE OF stop_reason ON sessions
WHEN NEW.stop_reason IS NOT OLD.stop_reason
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'stop', 'session', NEW.id, OLD.stop_reason, NEW.stop_reason, NEW.fence);
END;

CREATE TRIGGER sessions_told_word AFTER UPDATE OF last_line ON sessions
WHEN NEW.last_line IS NOT OLD.last_line
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'word', 'session', NEW.id, NULL, NEW.last_line, NEW.fence);
END;

CREATE TRIGGER sessions_told_usage AFTER UPDATE OF tokens, cost ON sessions
WHEN NEW.tokens <> OLD.tokens OR NEW.cost <> OLD.cost
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'usage', 'session', NEW.id, OLD.tokens || ' ' || OLD.cost, NEW.tokens || ' ' || NEW.cost, NEW.fence);
END;

CREATE TRIGGER comments_told_created AFTER INSERT ON comments
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'comment', NEW.id, NULL, NEW.comment_type, NULL);
END;

CREATE TRIGGER decisions_told_created AFTER INSERT ON decisions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'decision', NEW.id, NULL, NEW.title, NULL);
END;

CREATE TRIGGER observations_told_created AFTER INSERT ON observations
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'observation', NEW.id, NULL, NEW.level, NULL);
END;

CREATE TRIGGER observations_told_acked AFTER UPDATE OF acked_at ON observations
WHEN NEW.acked_at IS NOT OLD.acked_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.acked_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'acked', 'observation', NEW.id, NULL, NEW.acked_by, NULL);
END;

CREATE TRIGGER observations_told_ended AFTER UPDATE OF ended_at ON observations
WHEN NEW.ended_at IS NOT OLD.ended_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.ended_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'ended', 'observation', NEW.id, NULL, NEW.cause, NULL);
END;

CREATE TRIGGER outputs_told_created AFTER INSERT ON outputs
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'output', NEW.id, NULL, NEW.path, NULL);
END;

CREATE TRIGGER reviews_told_created AFTER INSERT ON reviews
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.opened_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'review', NEW.id, NULL, NEW.status, NULL);
END;

CREATE TRIGGER reviews_told_status AFTER UPDATE OF status ON reviews
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'review', NEW.id, OLD.status, NEW.status, NULL);
END;

CREATE TRIGGER reviews_told_escalated AFTER UPDATE OF escalated_to ON reviews
WHEN NEW.status = 'escalated' AND OLD.status = 'escalated' AND NEW.escalated_to IS NOT OLD.escalated_to
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'escalated', 'review', NEW.id, OLD.escalated_to, NEW.escalated_to, NULL);
END;

CREATE TRIGGER reviews_told_round AFTER UPDATE OF round ON reviews
WHEN NEW.round <> OLD.round
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'round', 'review', NEW.id, OLD.round, NEW.round, NULL);
END;

CREATE TRIGGER submissions_told_created AFTER INSERT ON submissions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'submission', NEW.id, NULL, NEW.round, NULL);
END;

CREATE TRIGGER seats_told_created AFTER INSERT ON seats
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.updated_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'seat', NEW.id, NULL, NEW.reviewer, NEW.fence);
END;

CREATE TRIGGER seats_told_status AFTER UPDATE OF status ON seats
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'status', 'seat', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER verdicts_told_created AFTER INSERT ON verdicts
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'verdict', NEW.id, NULL, NEW.verdict, NULL);
END;

CREATE TRIGGER verdicts_told_undone AFTER UPDATE OF undone_at ON verdicts
WHEN NEW.undone_at IS NOT OLD.undone_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.undone_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'undone', 'verdict', NEW.id, NEW.verdict, NULL, NULL);
END;

CREATE TRIGGER experiences_told_created AFTER INSERT ON experiences
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'experience', NEW.id, NULL, NEW.title, NULL);
END;

CREATE TRIGGER experiences_told_status AFTER UPDATE OF status ON experiences
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev AND NEW.updated_at IS NOT NULL, NEW.updated_at,
                CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'experience', NEW.id, OLD.status, NEW.status, NULL);
END;

CREATE TRIGGER experiences_told_edited AFTER UPDATE OF title, body, tags ON experiences
WHEN NEW.title IS NOT OLD.title OR NEW.body IS NOT OLD.body OR NEW.tags IS NOT OLD.tags
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev AND NEW.updated_at IS NOT NULL, NEW.updated_at,
                CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'edited', 'experience', NEW.id, OLD.title, NEW.title, NULL);
END;

CREATE TRIGGER experiences_told_deleted AFTER DELETE ON experiences
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            OLD.task_id, 'deleted', 'experience', OLD.id, OLD.title, NULL, NULL);
END;

CREATE TRIGGER schedules_told_created AFTER INSERT ON schedules
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.updated_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NULL, 'created', 'schedule', NEW.id, NULL, NEW.kind, NULL);
END;

CREATE TRIGGER schedules_told_changed AFTER UPDATE OF enabled, next_at, template ON schedules
WHEN NEW.enabled IS NOT OLD.enabled OR NEW.next_at IS NOT OLD.next_at OR NEW.template IS NOT OLD.template
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'changed', 'schedule', NEW.id, OLD.next_at, NEW.next_at, NULL);
END;

CREATE TRIGGER schedules_told_deleted AFTER DELETE ON schedules
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            NULL, 'deleted', 'schedule', OLD.id, NULL, NULL, NULL);
END;

CREATE TRIGGER distillations_told_created AFTER INSERT ON distillations
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'distillation', NEW.id, NULL, NEW.tag, NULL);
END;

CREATE TRIGGER distillations_told_status AFTER UPDATE OF status ON distillations
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'distillation', NEW.id, OLD.status, NEW.status, NULL);
END;

CREATE TRIGGER guardrail_decisions_told_created AFTER INSERT ON guardrail_decisions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'guardrail', NEW.id, NULL, NEW.effect, NULL);
END;

CREATE TRIGGER project_told_paused AFTER UPDATE OF paused_at ON project
WHEN NEW.paused_at IS NOT OLD.paused_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'paused', 'project', NEW.id, OLD.paused_at, NEW.paused_at, NULL);
END;

CREATE TRIGGER project_told_archived AFTER UPDATE OF archived ON project
WHEN NEW.archived <> OLD.archived
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'archived', 'project', NEW.id, OLD.archived, NEW.archived, NULL);
END;

CREATE TRIGGER project_told_epoch AFTER UPDATE OF epoch ON project
WHEN NEW.epoch <> OLD.epoch
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'restored', 'project', NEW.id, OLD.epoch, NEW.epoch, NULL);
END;

CREATE TRIGGER worktrees_told_merged AFTER UPDATE OF merged ON worktrees
WHEN NEW.merged IS NOT NULL AND NEW.merged IS NOT OLD.merged
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'merged', 'worktree', NEW.task_id, NEW.merged_into, NEW.merged, NULL);
END;

CREATE TRIGGER worktrees_told_discarded AFTER UPDATE OF discarded ON worktrees
WHEN NEW.discarded IS NOT NULL AND NEW.discarded IS NOT OLD.discarded
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'discarded', 'worktree', NEW.task_id, NULL, NEW.discarded, NULL);
END;

CREATE TRIGGER worktrees_told_kept AFTER UPDATE OF kept ON worktrees
WHEN NEW.kept <> OLD.kept
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'kept', 'worktree', NEW.task_id, NULL, NULL, NULL);
END;
