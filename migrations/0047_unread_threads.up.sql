-- What of a channel is unread where threads are talked in: replies that stand in their thread alone count for those who follow it.

-- As before (migration 35), and of the replies that do not stand in the channel as well only those count whose thread the reader follows,
-- or that mention them. A thread is followed that is set so; where nothing is set, one that the reader began or replied to.
--
-- Read are, as before, the messages that come next, up to 4 * `most` of them, and the next ones that mention anybody. Two more ranges are
-- read only where they are needed (PostgreSQL evaluates a condition on `next` once, before it reads). Where there are replies among the
-- next messages, these are read again, and each of their threads is looked at once. Where replies may have filled the first range, what
-- stands in the channel itself is read by an index of its own (`messages_top_level_idx`): no number of replies hides it. Both numbers
-- are lower bounds, complete up to `most` as long as others wrote a quarter of the messages.
create or replace function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
returns table (count bigint, mentions bigint) language sql stable parallel safe as $$
    select greatest(least(next.counted + replies.counted, most), top_level.counted, mentioning.counted), mentioning.counted
    from (
        select count(*) as looked_at,
               count(*) filter (where (looked_at.parent_id is null or looked_at.also_to_channel)
                                  and looked_at.author_id <> reader and looked_at.deleted_at is null) as counted,
               count(*) filter (where looked_at.parent_id is not null and not looked_at.also_to_channel) as replies
        from (
            select m.author_id, m.deleted_at, m.parent_id, m.also_to_channel from messages m
            where m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
            order by m.id limit 4 * most
        ) looked_at
    ) next cross join lateral (
        select coalesce(sum(
            case when coalesce(
                (select w.following from thread_followers w where w.message_id = thread.parent_id and w.user_id = reader),
                exists (select 1 from messages p where p.id = thread.parent_id and p.author_id = reader)
                or exists (select 1 from messages own
                           where own.parent_id = thread.parent_id and own.author_id = reader and own.deleted_at is null)
            ) then thread.replies else thread.mentioning end
        ), 0)::bigint as counted
        from (
            select looked_at.parent_id, count(*) as replies,
                   count(*) filter (where looked_at.mentions <> '[]' and (
                     looked_at.mentions @> jsonb_build_array(jsonb_build_object('type', 'user', 'target_id', reader))
                     or looked_at.mentions @> '[{"type": "here"}]'
                     or looked_at.mentions @> '[{"type": "everyone"}]'
                     or looked_at.mentions @> '[{"type": "role"}]' and exists (
                       select 1 from channels ch
                       join member_roles h on h.community_id = ch.community_id and h.user_id = reader
                       where ch.id = in_channel
                         and looked_at.mentions @> jsonb_build_array(jsonb_build_object('type', 'role', 'target_id', h.role_id))
                     )
                   )) as mentioning
            from (
                select m.author_id, m.deleted_at, m.parent_id, m.also_to_channel, m.mentions from messages m
                where next.replies > 0 and next.counted < most
                  and m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                order by m.id limit 4 * most
            ) looked_at
            where looked_at.parent_id is not null and not looked_at.also_to_channel
              and looked_at.author_id <> reader and looked_at.deleted_at is null
            group by looked_at.parent_id
        ) thread
    ) replies cross join lateral (
        select count(*) as counted from (
            select 1 from (
                select m.author_id, m.deleted_at from messages m
                where next.looked_at = 4 * most and next.replies > 0
                  and m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                  and (m.parent_id is null or m.also_to_channel)
                order by m.id limit 4 * most
            ) looked_at
            where looked_at.author_id <> reader and looked_at.deleted_at is null
            limit most
        ) unread
    ) top_level cross join (
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
