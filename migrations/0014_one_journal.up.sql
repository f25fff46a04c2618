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
-- up to `most`. Nothing for a channel that is null.
--
-- Two ranges of indexes are read: the messages that come next, and the next ones that mention anybody (`messages_mentions_idx`). A
-- range ends where `most` of its messages count, and in any case after 4 * `most` messages. Without that second end the reader's own
-- messages, deleted ones and mentions of others would be read up to the end of the channel. So both numbers are lower bounds.
-- Why four times: the count is complete up to `most` as long as others wrote a quarter of the messages; two people who take turns write
-- half of them each. The second range may reach further than the first, and what it finds is unread, too: hence `greatest`.
--
-- It is one plain query, stable, not strict and without settings, so that PostgreSQL plans it in the place of its call.
create function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
returns table (count bigint, mentions bigint) language sql stable parallel safe as $$
    select greatest(others.counted, mentioning.counted), mentioning.counted
    from (
        select count(*) as counted from (
            select 1 from (
                select m.author_id, m.deleted_at from messages m
                where m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                order by m.id limit 4 * most
            ) looked_at
            where looked_at.author_id <> reader and looked_at.deleted_at is null
            limit most
        ) unread
    ) others cross join (
        select count(*) as counted from (
            select 1 from (
                select m.author_id, m.mentions from messages m
                where m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                  and m.mentions <> '[]' and m.deleted_at is null
                order by m.id limit 4 * most
            ) looked_at
            where looked_at.author_id <> reader
              and looked_at.mentions @> jsonb_build_array(jsonb_build_object('target_id', reader))
            limit most
        ) unread
    ) mentioning
$$;
