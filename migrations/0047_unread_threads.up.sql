-- What of a channel is unread where threads are talked in: replies that stand in their thread alone count for those who follow it.

-- As before (migration 35), and of the replies that do not stand in the channel as well only those count whose thread the reader follows,
-- or that mention them. A thread is followed that is set so; where nothing is set, one that the reader began or replied to.
--
-- Read are the next `most` messages, and the next ones that mention anybody. More is read only where it is needed (PostgreSQL evaluates a
-- condition on what was counted before, once, before it reads): where so many come next, what stands in the channel itself, by an index of its
-- own (`messages_top_level_idx`) and until `most` are counted, so that no number of replies hides it; and where that is not enough, the next 4 *
-- `most` messages, each of whose threads is looked at once. Where there are fewer next messages, they are read again if there are replies among
-- them. Both numbers are lower bounds, complete up to `most` as long as others wrote a quarter of the messages.
create or replace function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
returns table (count bigint, mentions bigint) language sql stable parallel safe as $$
    select greatest(
             least(far.counted + case when near.looked_at < most then near.counted else 0 end, most),
             near.counted, top_level.counted, mentioning.counted
           ), mentioning.counted
    from (
        select count(*) as looked_at,
               count(*) filter (where (looked_at.parent_id is null or looked_at.also_to_channel)
                                  and looked_at.author_id <> reader and looked_at.deleted_at is null) as counted,
               count(*) filter (where looked_at.parent_id is not null and not looked_at.also_to_channel) as replies
        from (
            select m.author_id, m.deleted_at, m.parent_id, m.also_to_channel from messages m
            where m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
            order by m.id limit most
        ) looked_at
    ) near cross join lateral (
        select count(*) as counted from (
            select 1 from (
                select m.author_id, m.deleted_at from messages m
                where near.looked_at = most and near.counted < most
                  and m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                  and (m.parent_id is null or m.also_to_channel)
                order by m.id limit 4 * most
            ) looked_at
            where looked_at.author_id <> reader and looked_at.deleted_at is null
            limit most
        ) unread
    ) top_level cross join lateral (
        select coalesce(sum(
            case when thread.id is null or coalesce(
                (select w.following from thread_followers w where w.message_id = thread.id and w.user_id = reader),
                exists (select 1 from messages p where p.id = thread.id and p.author_id = reader)
                or exists (select 1 from messages own
                           where own.parent_id = thread.id and own.author_id = reader and own.deleted_at is null)
            ) then thread.counted else thread.mentioning end
        ), 0)::bigint as counted
        from (
            select looked_at.thread_id as id, count(*) as counted,
                   count(*) filter (where looked_at.thread_id is not null and looked_at.mentions <> '[]' and (
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
                select m.author_id, m.deleted_at, m.mentions, case when not m.also_to_channel then m.parent_id end as thread_id
                from messages m
                where (near.replies > 0 or near.looked_at = most) and near.counted < most and top_level.counted < most
                  and m.channel_id = in_channel and m.id > coalesce(read_to, '00000000-0000-0000-0000-000000000000')
                order by m.id limit case when near.looked_at < most then most else 4 * most end
            ) looked_at
            where looked_at.author_id <> reader and looked_at.deleted_at is null
              and (looked_at.thread_id is not null or near.looked_at = most)
            group by looked_at.thread_id
        ) thread
    ) far cross join (
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
