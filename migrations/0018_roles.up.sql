-- Custom roles, and what a channel changes of them.
-- No row is written here without a new ACL version in the same commit: everyone's for a role, the person's for what they hold, and the
-- channel's for an overwrite. A node of the release before reads none of these tables, and has the rights that each built-in role grants.

-- A custom role of a community: permissions that it adds, and how high it stands.
-- `name_key` makes names that look alike one name, as that of channels does. `permissions` are bits, which never change their places.
-- Erasure: untouched, names no person; export: no; kept: until deleted.
create table roles (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    name text not null,
    name_key text not null,
    permissions bigint not null,
    position integer not null,
    created_at timestamptz not null,
    constraint roles_name_key unique (community_id, name_key)
);

-- Who holds which custom roles. No foreign keys on the community and the person: the community's one writer has checked the membership,
-- and takes the roles away with it.
-- Erasure: deleted with the membership; export: whole rows; kept: while the person is a member and the role is there.
create table member_roles (
    community_id uuid not null,
    user_id uuid not null,
    role_id uuid not null references roles (id) on delete cascade,
    primary key (community_id, user_id, role_id)
);
create index member_roles_role_id_idx on member_roles (role_id);

-- What a channel denies and allows to everybody, to those who hold a role, or to one person. The target that stands for everybody is the
-- community's own id, as a role. No foreign key on the target, which is one of three kinds: one that is not there any more changes nothing.
-- Erasure: rows of which the person is the target are deleted; export: rows of which the person is the target; kept: with the channel.
create table channel_overwrites (
    channel_id uuid not null references channels (id) on delete cascade,
    target_id uuid not null,
    target_type text not null check (target_type in ('role', 'user')),
    allow bigint not null,
    deny bigint not null,
    primary key (channel_id, target_id)
);
create index channel_overwrites_target_id_idx on channel_overwrites (target_id);
