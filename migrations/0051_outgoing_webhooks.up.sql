-- Outgoing webhooks: other programs are told of what happens in a community.

-- A webhook, and the lane in which it is sent things: one node at a time, so that a slow address holds no other one up.
-- Erasure: `created_by` and `acts_for` name an account by its id alone; export: no; kept: until it is deleted, or its community is.
create table outgoing_webhooks (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    -- It may hold a secret: it is shown to those who manage webhooks, and is in no log.
    url text not null,
    events text[] not null,
    -- Null: all channels, and what is of none.
    channel_ids uuid[],
    -- Sealed, and no hash: each request is signed with it (HMAC). It is opened for that alone, and shown once, at creation.
    secret bytea not null,
    created_by uuid not null,
    -- Who sees what it is sent.
    acts_for uuid not null,
    created_at timestamptz not null,
    -- What is committed from this transaction on is sent: nodes differ about the time.
    since xid8 not null default pg_current_xact_id(),
    -- Why it is switched off; null where it is on.
    off text check (off in ('stopped', 'gone', 'failing')),
    -- Since when nothing has been taken; null where the last try went well.
    failing_since timestamptz,
    -- Until when a node has the lane, or until when it rests.
    busy_until timestamptz not null default now()
);
create index outgoing_webhooks_community_idx on outgoing_webhooks (community_id, id);

-- What a webhook is to be sent of an event. Neither text nor name is in a row: what is sent is read from the log each time, and so shows
-- nothing that was deleted meanwhile. No foreign keys: rows go in chunks, by their time and behind their webhook.
-- Erasure: untouched, names nobody; export: no; kept: for 7 days.
create table deliveries (
    id uuid primary key,
    webhook_id uuid not null,
    event_id uuid not null,
    -- Where the event stands in the log.
    stream uuid not null,
    seq bigint not null,
    event text not null,
    -- Who sees this channel may know of the delivery; null: who manages webhooks.
    channel_id uuid,
    status text not null default 'pending' check (status in ('pending', 'delivered', 'dead')),
    attempts int not null default 0,
    -- Null where it is not tried any more.
    next_at timestamptz default now(),
    -- Why the last try came to nothing: words of the server's own, never the address or its answer.
    failure text,
    created_at timestamptz not null default now(),
    constraint deliveries_event_key unique (webhook_id, event_id)
);
create index deliveries_webhook_idx on deliveries (webhook_id, id);
create index deliveries_due_idx on deliveries (webhook_id, next_at, id) where status = 'pending';
-- Of those that are dead there are few among many.
create index deliveries_dead_idx on deliveries (webhook_id, id) where status = 'dead';
create index deliveries_created_at_idx on deliveries (created_at);

-- How far the log has been looked at for webhooks: all events of transactions before this one. One row.
-- Erasure: untouched, names nobody; export: no; kept: for good.
create table spreading (
    one boolean primary key default true check (one),
    spread_to xid8 not null,
    -- When a node last took the turn.
    looked_at timestamptz not null default now()
);
insert into spreading (spread_to) values (pg_snapshot_xmin(pg_current_snapshot()));
