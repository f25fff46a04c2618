-- As in migration 35.
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
