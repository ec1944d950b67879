-- The home's change feed, kept by the home's database itself.

CREATE TRIGGER observations_told_created AFTER INSERT ON observations
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NULL, 'created', 'observation', NEW.id, NULL, NEW.level, NULL);
END;

CREATE TRIGGER observations_told_acked AFTER UPDATE OF acked_at ON observations
WHEN NEW.acked_at IS NOT OLD.acked_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.acked_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'), iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'acked', 'observation', NEW.id, NULL, NEW.acked_by, NULL);
END;

CREATE TRIGGER observations_told_ended AFTER UPDATE OF ended_at ON observations
WHEN NEW.ended_at IS NOT OLD.ended_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.ended_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'), iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'ended', 'observation', NEW.id, NULL, NEW.cause, NULL);
END;

CREATE TRIGGER flags_told_set AFTER INSERT ON flags
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, NEW.actor, 'unknown', NULL, NULL, 'set', 'flag', NEW.name, NULL, NEW.reason, NULL);
END;

CREATE TRIGGER flags_told_cleared AFTER DELETE ON flags
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL, NULL, 'cleared', 'flag', OLD.name, OLD.reason, NULL, NULL);
END;

CREATE TRIGGER requests_told_asked AFTER INSERT ON requests
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, NEW.actor, NEW.origin, NULL, NULL, 'asked', 'request', NEW.id, NULL, NEW.kind, NULL);
END;

CREATE TRIGGER requests_told_answered AFTER UPDATE OF outcome_at ON requests
WHEN NEW.outcome_at IS NOT OLD.outcome_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.outcome_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)), 'scheduler', 'scheduler', NULL, NULL, 'answered', 'request', NEW.id, NULL, NEW.outcome, NULL);
END;
