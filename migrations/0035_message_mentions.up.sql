-- Mentions as rows, and what counts as one.

-- Whom and what a message mentions: what `messages.mentions` lists, for those who look for a target. A channel's stream writes both in one
-- statement. A node of release 0.1.0 writes the list alone, so that messages from before the upgrade have no rows here.
-- `kind`: 1 person, 2 custom role, 3 everybody who is there, 4 everybody in the channel, 5 channel. No target for 3 and 4.
-- No foreign keys on the hot path: a mention may name what is not there.
-- Erasure: rows of which the person is the target are deleted; export: no; kept: with the message, until it is deleted or no longer mentions it.
create table message_mentions (
    message_id uuid not null,
    kind smallint not null,
    target_id uuid,
    constraint message_mentions_key unique nulls not distinct (message_id, kind, target_id)
);
create index message_mentions_target_id_idx on message_mentions (target_id, message_id) where target_id is not null;

-- As before (migration 14), and a message mentions a person as well if it calls everybody, those who are there, or a role that the person
-- holds. It goes by the list in the message, which each release writes. Roles are looked up only for messages that mention one.
create or replace function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
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
              and (
                looked_at.mentions @> jsonb_build_array(jsonb_build_object('type', 'user', 'target_id', reader))
                or looked_at.mentions @> '[{"type": "here"}]'
                or looked_at.mentions @> '[{"type": "everyone"}]'
                or looked_at.mentions @> '[{"type": "role"}]' and exists (
                  select 1 from channels ch
                  join member_roles h on h.community_id = ch.community_id and h.user_id = reader
                  where ch.id = in_channel
                    and looked_at.mentions @> jsonb_build_array(jsonb_build_object('type', 'role', 'target_id', h.role_id))
                )
              )
            limit most
        ) unread
    ) mentioning
$$;
