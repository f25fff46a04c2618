-- Messages.

-- Erasure: texts of the person are emptied as by deletion; export: whole rows; kept: until deleted.
create table messages (
    id uuid primary key,
    channel_id uuid not null,
    author_id uuid not null,
    -- A webhook's name and picture for this one message.
    author_name text,
    author_avatar_url text,
    parent_id uuid,
    body_md text not null,
    -- Rendered, with slots for names.
    body_html text not null,
    mentions jsonb not null default '[]',
    seq bigint not null,
    client_mutation_id text not null,
    fingerprint bigint not null,
    created_at timestamptz not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    constraint messages_client_mutation_id_key unique (author_id, client_mutation_id)
);
-- No foreign keys on the hot path: the channel's one writer has checked channel, author and parent.
create index messages_channel_id_idx on messages (channel_id, id);
create index messages_parent_id_idx on messages (parent_id, id) where parent_id is not null;
