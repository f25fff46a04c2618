-- What a reading of the whole code brought up: events that can't be published, a sweep that follows the log, bounded counts.

-- Events that NATS can never take. Their streams go on without them; readers have them from the log.
-- Erasure: untouched, names nobody; export: no; kept: until an operator removes the row.
create table parked_events (
    stream uuid not null,
    seq bigint not null,
    event_id uuid not null,
    reason text not null,
    attempts integer not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (stream, seq)
);

-- How far the search for unpublished events has come: everything from before this transaction is published. And when one of
-- the nodes last searched, and last removed what is past its time: one at a time is enough.
-- Erasure: untouched; export: no; kept: for ever.
create table upkeep (
    only_row boolean primary key default true check (only_row),
    published_to xid8 not null default '0',
    swept_at timestamptz not null default '-infinity',
    tidied_at timestamptz not null default '-infinity'
);
insert into upkeep default values;

-- Keys are removed by their age.
create index mutations_created_at_idx on mutations using brin (created_at);
create index sessions_expires_at_idx on sessions (expires_at);
create index invites_expires_at_idx on invites (expires_at) where expires_at is not null;

-- Unread mentions are looked for among the messages that mention anybody.
create index messages_mentions_idx on messages (channel_id, id) where mentions <> '[]' and deleted_at is null;

-- User names are of ASCII, and the same in every locale.
drop index users_username_key;
create unique index users_username_key on users (lower(username collate "C"));

-- Limits were checked on trimmed text while untrimmed text was stored.
update channels set topic = nullif(left(btrim(topic, E' \t\n\r\v\f'), 500), '') where octet_length(topic) > 500;
update webhooks set name = left(btrim(name, E' \t\n\r\v\f'), 80) where octet_length(name) > 80;
update messages set author_name = left(btrim(author_name, E' \t\n\r\v\f'), 80) where octet_length(author_name) > 80;
