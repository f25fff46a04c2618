-- What the links of messages show, and what the pages say that they lead to.

-- What the links of a message show, or that its author or a moderator took that away.
-- No foreign keys: the channel's one writer has checked the message, and deletes this with it.
-- Erasure: goes with the message; export: with the message; kept: as long as the message's text.
create table message_previews (
    message_id uuid primary key,
    channel_id uuid not null,
    -- A list of LinkPreview; empty where the links show nothing.
    previews jsonb not null,
    -- Taken away for good: nothing that is found later shows.
    stripped boolean not null default false
);

-- What a page said of itself, so that an address which many people post is not asked each time. By the digest of the address (SHA-256): an
-- address may be longer than an index takes.
-- Erasure: untouched, names nobody; export: no; kept: for a day.
create table link_previews (
    address bytea primary key,
    -- Null where nothing was found: it is asked for again after an hour.
    preview jsonb,
    fetched_at timestamptz not null default now()
);
create index link_previews_fetched_at_idx on link_previews (fetched_at);
