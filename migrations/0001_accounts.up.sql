-- People, their sessions, and settings of the whole system.

-- Erasure: the row stays as a stump without names (messages keep an author); export: whole row; kept: until erasure.
create table users (
    id uuid primary key,
    username text not null,
    display_name text not null,
    email text,
    avatar_url text,
    status_text text,
    bot boolean not null default false,
    created_at timestamptz not null
);
create unique index users_username_key on users (lower(username));

-- Erasure: deleted; export: times only, never the hash; kept: until it ends or 30 days after its last use.
create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sessions_token_hash_key unique (token_hash)
);
create index sessions_user_id_idx on sessions (user_id);

-- Erasure: untouched, names nobody but the system owner by id; export: no; kept: for ever.
create table system_settings (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null
);
