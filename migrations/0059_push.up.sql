-- Web Push: the browsers that people are pushed to, and the key by which push services know this server.

-- A browser, as its push service knows it. It goes with the session that it was named in: who is signed out is pushed to no more.
-- Erasure: with the session; export: no; kept: with the session, until it is taken back, or until its push service says that it is gone.
create table push_subscriptions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    session_id uuid not null references sessions (id) on delete cascade,
    -- Who knows it can have the browser pushed to: it is shown to its person alone, and is in no log.
    endpoint text not null,
    -- What the browser is sent is encrypted for these (RFC 8291).
    p256dh bytea not null,
    auth bytea not null,
    -- Whether it is sent names and texts as well.
    with_text boolean not null,
    -- Notifications that it has taken, of which another browser is to be sent one again.
    taken uuid[] not null default '{}',
    -- How often its push service failed since it took something last, and until when it is therefore left alone.
    failed int not null default 0,
    rests_until timestamptz,
    created_at timestamptz not null,
    -- One browser is one person's: the last one who named it.
    constraint push_subscriptions_endpoint_key unique (endpoint)
);
create index push_subscriptions_user_idx on push_subscriptions (user_id, id);
create index push_subscriptions_session_idx on push_subscriptions (session_id);

-- The key pair that signs what push services are sent (RFC 8292). The private half is sealed with the key of the configuration.
-- Erasure: holds nothing of a person; export: no; kept: for ever, since browsers subscribe for one key.
create table push_keys (
    -- One for the installation: nodes that make one at once make one.
    id smallint primary key check (id = 1),
    public_key bytea not null,
    sealed bytea not null
);
