-- Notifications of every kind: of messages that do not name the person, of what is not a message, and silent ones.

-- Why the person is told (`type` says it less closely). Those from before name a person. `source_id` is no longer a message alone: what it is
-- follows from the reason. `cause_id` is the notice that was due, and `caused_at` when that was decided, which is how the audit log is asked for
-- the words that go with it; both are null where the person is told of the source once. `community_id` is where it happened.
alter table notifications
    alter column channel_id drop not null,
    add column reason text not null default 'user',
    add column community_id uuid,
    add column cause_id uuid,
    add column caused_at timestamptz,
    add column silent boolean not null default false;

-- Of a message a person is told once, whatever the reason. Not built concurrently: no release has filled this table.
create unique index notifications_cause_key on notifications (user_id, coalesce(cause_id, source_id));
alter table notifications drop constraint notifications_source_key;

-- A row is a message, or something that one person is to be told of; then `user_id`, `told_as` (the reason), `source_id` and `actor_id` are set, and
-- `message_id` is the id of the notice itself. A message that calls many is done in parts: those whom it names first (`told_to` is
-- null until then), then the others by their ids, up to `told_to`.
-- Erasure: rows of which the person is `user_id` are deleted; export: no; kept: until its people are told.
alter table due_notices
    alter column channel_id drop not null,
    add column user_id uuid,
    add column told_as text,
    add column source_id uuid,
    add column community_id uuid,
    add column actor_id uuid,
    add column broad boolean not null default false,
    add column told_to uuid;
create index due_notices_user_id_idx on due_notices (user_id) where user_id is not null;

-- What a person set for a community, for themselves alone: what counts for those of its channels for which they set nothing.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table community_preferences (
    user_id uuid not null,
    community_id uuid not null,
    notify text not null,
    primary key (user_id, community_id)
);
create index community_preferences_community_id_idx on community_preferences (community_id);

-- A level that was stored along with a mute says nothing: it was the default.
update channel_preferences set notify = null where notify = 'all';

-- When a person's notifications are silent: from, to, time_zone.
-- Erasure: emptied; export: whole; kept: as long as the person.
alter table users add column quiet_hours jsonb;

-- The kinds of devices that a person has signed in from, by which a sign-in from a new one is known. `device` is such as `Firefox on Linux`.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table known_devices (
    user_id uuid not null,
    device text not null,
    -- The session by which it became known.
    session_id uuid not null,
    first_at timestamptz not null,
    primary key (user_id, device)
);

-- What people asked to be reminded of, and when. The text is the person's own.
-- Erasure: deleted; export: whole rows; kept: 90 days after it was told.
create table reminders (
    id uuid primary key,
    user_id uuid not null,
    -- Where it was asked for.
    channel_id uuid,
    text text not null,
    remind_at timestamptz not null,
    -- Null until the person is told.
    told_at timestamptz,
    created_at timestamptz not null
);
create index reminders_user_id_idx on reminders (user_id, remind_at) where told_at is null;
-- For their removal.
create index reminders_told_at_idx on reminders (told_at) where told_at is not null;

-- The words that go with what was done to a person are read from the audit log.
create index audit_log_person_id_idx on audit_log (person_id, created_at) where person_id is not null;

-- Whom a message concerns, each with the strongest reason (1 names them, 2 names a role of theirs, 3 calls all in the channel, 4 calls those who are
-- online, 5 direct message, 6 thread), and the strongest one for who is not online. `named`: those whom it names. `others`: those of all others whose ids come
-- behind `behind`, up to `most` of them, and as many more as it has mentions. Who joined later is not among them (`last_read_id` is where a membership begins).
--
-- Each branch reads no more than makes a part, in the order of the ids: the first ones of all branches together are among the first ones of each. So
-- what a part costs does not grow with the channel, the role or the thread.
create function audience_of(message uuid, named boolean, others boolean, behind uuid, most bigint)
returns table (user_id uuid, strength int, offline int) language sql stable parallel safe as $$
    with m as materialized (
        select x.id, x.channel_id, x.parent_id, x.author_id, x.mentions, ch.community_id,
               x.mentions @> '[{"type": "everyone"}]' as calls_all, x.mentions @> '[{"type": "here"}]' as calls_here,
               -- What each branch is read up to: a part, and as many more as are left out of it.
               most + 2 * jsonb_array_length(x.mentions) + 1 as enough
        from messages x join channels ch on ch.id = x.channel_id
        where x.id = message and x.deleted_at is null
    )
    select p.user_id, p.strength, p.offline
    from m cross join lateral (
        select c.user_id, min(c.strength) as strength, min(c.strength) filter (where c.strength <> 4) as offline
        from (
            select cm.user_id, 1 as strength
            from (
                select distinct (mention ->> 'target_id')::uuid as id
                from jsonb_array_elements(m.mentions) as listed(mention) where mention ->> 'type' = 'user'
            ) called
            join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = called.id
            union all
            (
                select h.user_id, 2
                from member_roles h
                join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = h.user_id
                where others and m.mentions @> '[{"type": "role"}]' and h.community_id = m.community_id and h.user_id > behind
                  and cm.user_id > behind
                  and h.role_id = any (array(
                    select (mention ->> 'target_id')::uuid
                    from jsonb_array_elements(m.mentions) as listed(mention) where mention ->> 'type' = 'role'
                  ))
                  and not coalesce(cm.last_read_id >= m.id, false)
                group by h.user_id order by h.user_id limit m.enough
            )
            union all
            (
                select cm.user_id, case when m.calls_all then 3 else 4 end
                from channel_members cm
                where others and (m.calls_all or m.calls_here) and cm.channel_id = m.channel_id and cm.user_id > behind
                  and not coalesce(cm.last_read_id >= m.id, false)
                order by cm.user_id limit m.enough
            )
            union all
            (
                select cm.user_id, 5
                from channel_members cm
                where others and m.community_id is null and cm.channel_id = m.channel_id and cm.user_id > behind
                  and not coalesce(cm.last_read_id >= m.id, false)
                order by cm.user_id limit m.enough
            )
            union all
            select cm.user_id, 6
            from (
                select x.author_id as id from messages x where x.id = m.parent_id
                union all
                (
                    select w.user_id
                    from thread_followers w
                    join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = w.user_id
                    where others and w.message_id = m.parent_id and w.following and w.user_id > behind and cm.user_id > behind
                      and not coalesce(cm.last_read_id >= m.id, false)
                    order by w.user_id limit m.enough
                )
                union all
                (
                    -- From one who replied to the next one, whatever the number of their replies.
                    with recursive replied (id, counts, found) as (
                        select behind, false, 0::bigint where others and m.parent_id is not null
                        union all
                        select next.id, next.counts, r.found + next.counts::int
                        from replied r cross join lateral (
                            select x.author_id as id,
                                   exists (
                                     select 1 from messages own
                                     where own.parent_id = m.parent_id and own.author_id = x.author_id and own.id < m.id
                                       and own.deleted_at is null
                                   ) and exists (
                                     select 1 from channel_members cm
                                     where cm.channel_id = m.channel_id and cm.user_id = x.author_id
                                       and not coalesce(cm.last_read_id >= m.id, false)
                                   ) and not exists (
                                     select 1 from thread_followers w
                                     where w.message_id = m.parent_id and w.user_id = x.author_id and not w.following
                                   ) as counts
                            from (
                                select y.author_id from messages y
                                where y.parent_id = m.parent_id and y.author_id > r.id order by y.author_id limit 1
                            ) x
                            -- Evaluated once.
                            offset 0
                        ) next
                        where r.found < m.enough
                    )
                    select r.id from replied r where r.counts
                )
            ) t
            join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = t.id
            where others and m.parent_id is not null and t.id > behind and not coalesce(cm.last_read_id >= m.id, false)
              and not exists (
                select 1 from thread_followers w where w.message_id = m.parent_id and w.user_id = t.id and not w.following
              )
        ) c
        where c.user_id <> m.author_id
        group by c.user_id
        having case when min(c.strength) = 1 then named else c.user_id > behind end
        order by min(c.strength) > 1, c.user_id
        limit most + jsonb_array_length(m.mentions)
    ) p
$$;
