-- Sign-in by accounts at providers: which providers there are, who is who there, and what is under way.

-- Erasure: created_by is emptied; export: no; kept: until deleted.
create table oauth_providers (
    id uuid primary key,
    -- Its part of the addresses of the sign-in.
    slug text not null,
    kind text not null,
    name text not null,
    client_id text not null,
    -- Sealed, for this row alone; null of a client that has none.
    client_secret bytea,
    base_url text,
    issuer_url text,
    enabled boolean not null,
    organizations text[] not null,
    required_claims jsonb not null,
    created_by uuid,
    created_at timestamptz not null,
    constraint oauth_providers_slug_key unique (slug)
);

-- An account at a provider is who the provider is and its id there: an e-mail address tells nothing of whose it is.
-- Erasure: with the person; export: yes; kept: until unlinked.
create table oauth_accounts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    -- Among the person's accounts: there are as many places as accounts may be linked, also of those who link at once.
    place int not null,
    -- The provider by which it was used last, as addresses name it.
    provider text not null,
    kind text not null,
    issuer text not null,
    subject text not null,
    -- What it is called there.
    username text not null,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    constraint oauth_accounts_identity_key unique (issuer, subject),
    constraint oauth_accounts_place_key unique (user_id, place)
);

-- What a session was opened by, so that it ends when the provider says so, or when the account is unlinked.
-- Erasure: with the session; export: no; kept: with the session.
create table session_origins (
    session_id uuid primary key references sessions (id) on delete cascade,
    -- An account is not unlinked while there is a session of it that the statement which unlinks does not see.
    account_id uuid not null references oauth_accounts (id),
    -- What the provider calls its own session.
    provider_session text
);
create index session_origins_account_id_idx on session_origins (account_id);
create index session_origins_provider_session_idx on session_origins (provider_session) where provider_session is not null;

-- Sign-ins that were begun: hashes alone, what they are of is in the browser.
-- Erasure: within an hour; export: no; kept: for ten minutes.
create table oauth_flows (
    state_hash bytea primary key,
    browser_hash bytea not null,
    provider text not null,
    return_to text not null,
    -- Who was signed in, and by which session.
    user_id uuid,
    session_id uuid,
    -- Whether the account is to be linked to that person.
    links boolean not null,
    expires_at timestamptz not null
);
create index oauth_flows_expires_at_idx on oauth_flows (expires_at);

-- Accounts that came back from a provider to be linked, until the person who asked for that has said yes: a hash alone of what the page answers with.
-- Erasure: with the session; export: no; kept: for ten minutes.
create table oauth_links (
    secret_hash bytea primary key,
    -- Which asked, and alone may answer.
    session_id uuid not null references sessions (id) on delete cascade,
    provider text not null,
    kind text not null,
    issuer text not null,
    subject text not null,
    username text not null,
    return_to text not null,
    expires_at timestamptz not null
);
create index oauth_links_session_id_idx on oauth_links (session_id);
create index oauth_links_expires_at_idx on oauth_links (expires_at);

-- What providers have told of the end of sessions, so that it is not told again by others.
-- Erasure: holds nothing of a person; export: no; kept: for an hour.
create table oauth_logouts (
    token_hash bytea primary key,
    expires_at timestamptz not null
);
create index oauth_logouts_expires_at_idx on oauth_logouts (expires_at);
