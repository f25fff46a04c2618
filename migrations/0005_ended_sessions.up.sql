-- Sessions that ended of late: what tells every node, whether or not it can be reached otherwise.

-- Erasure: untouched, names nobody; export: no; kept: 1 day.
create table ended_sessions (
    id uuid primary key,
    ended_at timestamptz not null default clock_timestamp()
);
create index ended_sessions_ended_at_idx on ended_sessions (ended_at);
