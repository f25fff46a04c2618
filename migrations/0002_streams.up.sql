-- The event log: streams with their fence, events, and how far each stream is published.

-- Erasure: untouched, holds no person; export: no; kept: as long as its entity.
create table streams (
    id uuid primary key,
    epoch bigint not null default 0,
    head bigint not null default 0
) with (fillfactor = 50);

-- Erasure: payloads that hold the person's text or name are emptied; export: no, the rows they came from are;
-- kept: for the retention of replay (24 h by default), see log_horizon.
create table events (
    stream uuid not null,
    seq bigint not null,
    id uuid not null,
    type text not null,
    ts timestamptz not null,
    community_id uuid,
    channel_id uuid,
    actor_id uuid,
    acl_version bigint,
    payload json not null,
    -- The transaction that wrote it: a snapshot tells which events a reader has seen, whatever any clock says.
    xid xid8 not null default pg_current_xact_id(),
    primary key (stream, seq)
);
create index events_xid_idx on events (xid);
create index events_ts_idx on events using brin (ts);

-- Events up to `published` are on NATS. Beside the stream's row, so that publishing never waits for an append.
-- Erasure: untouched; export: no; kept: as long as its stream.
create table outbox (
    stream uuid primary key,
    published bigint not null
) with (fillfactor = 50);

-- Which database this is, and up to which transaction events were removed: a replay cursor from elsewhere, or from
-- before the horizon, can't be used.
-- Erasure: untouched; export: no; kept: for ever.
create table log_horizon (
    only_row boolean primary key default true check (only_row),
    database_id uuid not null default gen_random_uuid(),
    removed_to xid8 not null default '0'
);
insert into log_horizon default values;

-- What a person's mutation key made, other than messages, which keep their own.
-- Erasure: deleted; export: no, a technical key; kept: 48 h.
create table mutations (
    author_id uuid not null,
    key text not null,
    object_id uuid not null,
    fingerprint bigint not null,
    created_at timestamptz not null,
    constraint mutations_pkey primary key (author_id, key)
);
