-- Bots: accounts of programs, each a member of one community, and the tokens that they sign in with.

-- A bot ends with its membership; its account stays in `users` for what it wrote.
-- Erasure: created_by is emptied; export: no, a bot is no person; kept: until deleted.
create table bots (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    -- Its account.
    user_id uuid not null unique references users (id),
    name text not null,
    -- What its tokens may be used for at most, as bits that never change their places.
    scopes int not null,
    created_by uuid,
    created_at timestamptz not null
);
create index bots_community_id_idx on bots (community_id);

-- No foreign key on the bot: its tokens stay for a day after it, so that all nodes learn that they ended.
-- Erasure: created_by is emptied; export: times only, never the hash; kept: until it ends, and a day.
create table api_tokens (
    id uuid primary key,
    bot_id uuid not null,
    community_id uuid not null,
    -- The bot's account.
    user_id uuid not null,
    token_hash bytea not null,
    -- What it may be used for, as bits.
    scopes int not null,
    expires_at timestamptz,
    -- To the hour.
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_by uuid,
    created_at timestamptz not null,
    constraint api_tokens_token_hash_key unique (token_hash)
);
create index api_tokens_bot_id_idx on api_tokens (bot_id);
create index api_tokens_user_id_idx on api_tokens (user_id);
create index api_tokens_community_id_idx on api_tokens (community_id);
-- What a person made ends with their membership.
create index api_tokens_created_by_idx on api_tokens (created_by);
