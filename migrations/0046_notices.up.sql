-- Notifications of every kind: of messages that do not name the person, of what is not a message, and silent ones.

-- Why the person is told (`type` says it less closely). Those from before name a person. `source_id` is no longer a message alone: what it is
-- follows from the reason. `cause_id` is the notice that was due, and `caused_at` when that was decided, which is how the audit log is asked for
-- the words that go with it; both are null where the person is told of the source once. `community_id` is where it happened.
alter table notifications
    alter column channel_id drop not null,
    add column reason text not null default 'user',
    add column community_id uuid,
    add column cause_id uuid,
    add column caused_at timestamptz,
    add column silent boolean not null default false;

-- Of a message a person is told once, whatever the reason.
create unique index notifications_cause_key on notifications (user_id, coalesce(cause_id, source_id));
alter table notifications drop constraint notifications_source_key;

-- A row is a message, or something that one person is to be told of; then `user_id`, `told_as` (the reason), `source_id` and `actor_id` are set, and
-- `message_id` is the id of the notice itself. A message that calls many is done in parts: those whom it names first (`told_to` is
-- null until then), then the others by their ids, up to `told_to`.
-- Erasure: rows of which the person is `user_id` are deleted; export: no; kept: until its people are told.
alter table due_notices
    alter column channel_id drop not null,
    add column user_id uuid,
    add column told_as text,
    add column source_id uuid,
    add column community_id uuid,
    add column actor_id uuid,
    add column broad boolean not null default false,
    add column told_to uuid;
create index due_notices_user_id_idx on due_notices (user_id) where user_id is not null;

-- What a person set for a community, for themselves alone: what counts for those of its channels for which they set nothing.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table community_preferences (
    user_id uuid not null,
    community_id uuid not null,
    notify text not null,
    primary key (user_id, community_id)
);
create index community_preferences_community_id_idx on community_preferences (community_id);

-- A level that was stored along with a mute says nothing: it was the default.
update channel_preferences set notify = null where notify = 'all';

-- When a person's notifications are silent: from, to, time_zone.
-- Erasure: emptied; export: whole; kept: as long as the person.
alter table users add column quiet_hours jsonb;

-- The kinds of devices that a person has signed in from, by which a sign-in from a new one is known. `device` is such as `Firefox on Linux`.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table known_devices (
    user_id uuid not null,
    device text not null,
    -- The session by which it became known.
    session_id uuid not null,
    first_at timestamptz not null,
    primary key (user_id, device)
);

-- What people asked to be reminded of, and when. The text is the person's own.
-- Erasure: deleted; export: whole rows; kept: 90 days after it was told.
create table reminders (
    id uuid primary key,
    user_id uuid not null,
    -- Where it was asked for.
    channel_id uuid,
    text text not null,
    remind_at timestamptz not null,
    -- Null until the person is told.
    told_at timestamptz,
    created_at timestamptz not null
);
create index reminders_user_id_idx on reminders (user_id, remind_at) where told_at is null;

-- The words that go with what was done to a person are read from the audit log.
create index audit_log_person_id_idx on audit_log (person_id, created_at) where person_id is not null;
