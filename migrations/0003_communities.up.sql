-- Communities, their people, channels and invites.

-- Erasure: untouched, names nobody; export: no; kept: until deleted.
create table communities (
    id uuid primary key,
    name text not null,
    slug text not null,
    -- Rises with every change of who may do what.
    acl_version bigint not null default 1,
    created_at timestamptz not null,
    constraint communities_slug_key unique (slug)
);

-- Erasure: deleted; export: whole rows; kept: while the person belongs to it.
create table community_members (
    community_id uuid not null references communities (id) on delete cascade,
    user_id uuid not null references users (id),
    role text not null check (role in ('owner', 'admin', 'member')),
    nickname text,
    avatar_url text,
    muted_until timestamptz,
    joined_at timestamptz not null,
    primary key (community_id, user_id)
);
create index community_members_user_id_idx on community_members (user_id);

-- Erasure: the reason is emptied, the ban stays; export: whole rows; kept: until lifted.
create table bans (
    community_id uuid not null references communities (id) on delete cascade,
    user_id uuid not null references users (id),
    reason text,
    created_at timestamptz not null,
    primary key (community_id, user_id)
);

-- Erasure: untouched, names nobody; export: no; kept: until deleted.
create table channel_categories (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    name text not null,
    position integer not null default 0
);
create index channel_categories_community_id_idx on channel_categories (community_id);

-- Erasure: created_by is emptied; export: no; kept: until deleted.
create table channels (
    id uuid primary key,
    community_id uuid references communities (id) on delete cascade,
    name text not null,
    type text not null check (type in ('text', 'voice', 'dm', 'group_dm')),
    visibility text not null check (visibility in ('public', 'private')),
    topic text,
    category_id uuid references channel_categories (id) on delete set null,
    position integer not null default 0,
    created_by uuid references users (id),
    created_at timestamptz not null
);
create unique index channels_name_key on channels (community_id, lower(name)) where community_id is not null;

-- Erasure: deleted; export: whole rows; kept: while the person is in the channel.
create table channel_members (
    channel_id uuid not null references channels (id) on delete cascade,
    user_id uuid not null references users (id),
    joined_at timestamptz not null,
    -- Messages up to this one are read; starts at the last one when joining.
    last_read_id uuid,
    muted boolean not null default false,
    primary key (channel_id, user_id)
);
create index channel_members_user_id_idx on channel_members (user_id);

-- Erasure: those made by the person are revoked and created_by emptied; export: whole rows; kept: 30 days after they end.
create table invites (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    created_by uuid references users (id),
    code text not null,
    addressee_id uuid references users (id),
    max_uses bigint check (max_uses >= 1),
    uses bigint not null default 0,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null,
    constraint invites_code_key unique (code),
    constraint invites_uses_check check (max_uses is null or uses <= max_uses)
);
create index invites_community_id_idx on invites (community_id);

-- Erasure: created_by is emptied; export: no; kept: until deleted.
create table webhooks (
    id uuid primary key,
    channel_id uuid not null references channels (id) on delete cascade,
    user_id uuid not null references users (id),
    name text not null,
    avatar_url text,
    token_hash bytea not null,
    created_by uuid references users (id),
    created_at timestamptz not null
);
create index webhooks_channel_id_idx on webhooks (channel_id);
