-- What people sign in from, and when they used it last: by that they know their sessions apart.

-- Both are null of sessions that were opened before, and of those that nodes of an older release open.
-- Erasure: with the session; export: yes; kept: with the session.
alter table sessions
    -- The kind of program and of system, without versions, as its client says it.
    add column device text,
    -- To the hour.
    add column last_used_at timestamptz;
