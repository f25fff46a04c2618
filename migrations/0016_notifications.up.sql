-- Notifications: what people are told of, and the messages that somebody is still to be told of.

-- A thing that a person was told of, once: of a message that mentions them. The row refers to the message, and holds no text of it.
-- The person's own stream writes it. `type` is open, since a later release tells of more; a node shows those that it knows.
-- No foreign keys: the person's one writer has checked the message and the membership.
-- Erasure: the person's own are deleted; in those of others `actor_id` stays, and refers to an account without names; export: whole
-- rows of the person's own; kept: 90 days.
create table notifications (
    user_id uuid not null,
    -- Rises with time for each person: what is read "up to" one of them is a range of ids.
    id uuid not null,
    type text not null,
    -- The message.
    source_id uuid not null,
    channel_id uuid not null,
    -- Who wrote it.
    actor_id uuid not null,
    created_at timestamptz not null,
    -- Null for one that is not read.
    read_at timestamptz,
    primary key (user_id, id),
    constraint notifications_source_key unique (user_id, type, source_id)
);
-- What a person has not read: all of it, and that of a channel up to a message.
create index notifications_unread_idx on notifications (user_id, id) where read_at is null;
create index notifications_unread_in_channel_idx on notifications (user_id, channel_id, source_id) where read_at is null;
-- What is past its time.
create index notifications_created_at_idx on notifications (created_at);

-- A message that mentions people who may not have been told yet. It is written in the commit of the message, and goes when all of them
-- are told. A row that failed too often is parked: it stays, with the reason, until an operator has it tried again.
-- Erasure: untouched, names a message by id alone; export: no; kept: until its people are told.
create table due_notices (
    message_id uuid primary key,
    channel_id uuid not null,
    created_at timestamptz not null,
    -- Since when a node works on it; the claim runs out.
    taken_at timestamptz,
    attempts int not null default 0,
    -- Why the last attempt failed.
    reason text,
    parked_at timestamptz
);
create index due_notices_waiting_idx on due_notices (created_at) where parked_at is null;
