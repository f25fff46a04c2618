-- One journal: rows that only it writes, and the channel that everybody arrives in.

-- The channel that everybody joins on arrival, named by id: it may be renamed, or hidden, and stays the one.
-- Erasure: untouched, names nobody; export: no; kept: with the community.
alter table communities add column default_channel_id uuid;
update communities c set default_channel_id =
    (select ch.id from channels ch where ch.community_id = c.id order by ch.id limit 1);

-- An emoji that a person put under a message.
-- No foreign keys: the channel's one writer has checked the message, and deletes its reactions with it.
-- Erasure: deleted; export: whole rows; kept: until taken back, or the message is deleted.
create table reactions (
    message_id uuid not null,
    emoji text not null,
    user_id uuid not null,
    created_at timestamptz not null,
    primary key (message_id, emoji, user_id)
);
create index reactions_user_id_idx on reactions (user_id);

-- How far a person has read a channel. Beside the membership, whose row another entity writes: the person's own stream writes this.
-- Counts begin at the later of both.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table read_markers (
    user_id uuid not null,
    channel_id uuid not null,
    message_id uuid not null,
    primary key (user_id, channel_id)
);

-- What a person has not read of a channel after a message: messages of others, and those of them that mention the person, each counted
-- up to `most`. Nothing for a channel that is null. Two ranges of indexes, which end with the count.
create function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
returns table (count bigint, mentions bigint) language sql stable parallel safe as $$
    select (
        select count(*) from (
            select 1 from messages m
            where m.channel_id = in_channel and m.author_id <> reader and m.deleted_at is null
              and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
            order by m.id limit most
        ) others
    ), (
        select count(*) from (
            select 1 from messages m
            where m.channel_id = in_channel and m.author_id <> reader and m.deleted_at is null
              and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
              and m.mentions <> '[]' and m.mentions @> jsonb_build_array(jsonb_build_object('target_id', reader))
            order by m.id limit most
        ) mentioning
    )
$$;
