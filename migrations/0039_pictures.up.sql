-- Pictures that people upload: of themselves, of communities and webhooks, and custom emoji.

-- Each upload whose bytes may be in the object store, in two sizes. A picture is shown by its address, which stands where it is used; one whose
-- address stands nowhere a day later is removed with its bytes.
-- Erasure: made_by is emptied, the rest goes by itself once the person's address of a picture is emptied; export: the bytes of the person's own picture; kept: as long as it is
-- used, and a day.
create table pictures (
    id uuid primary key,
    -- The part of its address: avatars or emoji.
    kind text not null,
    url text not null,
    -- When it was made, or when it was last found to be used.
    looked_at timestamptz not null default now(),
    -- Who uploaded it, and when: a person uploads so many in a day.
    made_by uuid,
    made_at timestamptz not null default now()
);
create index pictures_looked_at_idx on pictures (looked_at);
create index pictures_made_by_idx on pictures (made_by, made_at);

-- Custom emoji, of which a community has a few hundred at most.
-- Erasure: created_by is emptied; export: no; kept: until deleted.
create table emoji (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    name text not null,
    url text not null,
    created_by uuid,
    created_at timestamptz not null,
    constraint emoji_community_id_name_key unique (community_id, name)
);
create index emoji_url_idx on emoji (url);

-- Where the address of a picture stands is asked for each picture.
create index users_avatar_url_idx on users (avatar_url) where avatar_url is not null;
create index community_members_avatar_url_idx on community_members (avatar_url) where avatar_url is not null;
create index webhooks_avatar_url_idx on webhooks (avatar_url) where avatar_url is not null;

-- A node of the release before knows no picture of a community, and shows none.
-- Erasure: untouched, shows no person by intent; export: no; kept: as long as the community.
alter table communities add column avatar_url text;
create index communities_avatar_url_idx on communities (avatar_url) where avatar_url is not null;
