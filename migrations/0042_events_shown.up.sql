-- What a message has besides its text, in the log for programs that read the database.

-- As before, with the fields that messages have now.
-- Erasure: follows messages and users, nothing is stored here; export: no; kept: as the rows that it reads.
create or replace view events_shown as
select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.topic, e.audience,
       case when r.id is null then e.acl_version else greatest(e.acl_version, a.version) end as acl_version,
       case
         -- All of the notification but for its actor, who is without a name where the account is gone.
         when r.actor_id is not null then jsonb_set(e.payload::jsonb, '{notification,actor}', jsonb_build_object(
           'id', r.actor_id,
           'username', coalesce(w.username, ''),
           'display_name', coalesce(t.author_name, w.display_name, ''),
           'avatar_url', coalesce(t.author_avatar_url, w.avatar_url),
           'status_text', w.status_text,
           'bot', coalesce(w.bot, false),
           'created_at', coalesce(
             to_char(w.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
             e.payload #>> '{notification,created_at}')))::json
         when r.id is null then e.payload
         when m.id is not null and u.id is not null then json_build_object('message', json_build_object(
           'id', m.id,
           'channel_id', m.channel_id,
           'author', json_build_object(
             'id', u.id,
             'username', u.username,
             'display_name', coalesce(m.author_name, u.display_name),
             'avatar_url', coalesce(m.author_avatar_url, u.avatar_url),
             'status_text', u.status_text,
             'bot', u.bot,
             'created_at', to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
           'parent_id', m.parent_id,
           'body_md', m.body_md,
           'attachments', '[]'::json,
           'mentions', m.mentions,
           'seq', m.seq,
           'client_mutation_id', m.client_mutation_id,
           'created_at', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'edited_at', to_char(m.edited_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'deleted', m.deleted_at is not null,
           'kind', 'text',
           'also_to_channel', m.also_to_channel,
           'previews', coalesce(lp.previews, '[]'::jsonb),
           'poll', case when m.poll is not null and m.deleted_at is null then json_build_object(
             'question', m.poll -> 'question',
             'options', (
               select json_agg(json_build_object('text', o.text) order by o.nth)
               from jsonb_array_elements_text(m.poll -> 'options') with ordinality o(text, nth)),
             'multiple', m.poll -> 'multiple',
             'closes_at', m.poll -> 'closes_at',
             'closed', coalesce((m.poll ->> 'closes_at')::timestamptz <= now(), false)) end))
         -- The message's row is gone for good, or its author's: the event shows a deleted message without a name.
         else json_build_object('message', json_build_object(
           'id', r.id,
           'channel_id', e.payload #> '{message,channel_id}',
           'author', json_build_object(
             'id', coalesce(e.payload #>> '{message,author_id}', '00000000-0000-0000-0000-000000000000'),
             'username', '',
             'display_name', '',
             'avatar_url', null,
             'status_text', null,
             'bot', false,
             'created_at', e.payload #> '{message,created_at}'),
           'parent_id', null,
           'body_md', '',
           'attachments', '[]'::json,
           'mentions', '[]'::json,
           'seq', e.payload #> '{message,seq}',
           'client_mutation_id', '',
           'created_at', e.payload #> '{message,created_at}',
           'edited_at', null,
           'deleted', true,
           'kind', 'text',
           'also_to_channel', false,
           'previews', '[]'::json,
           'poll', null))
       end as payload,
       e.xid
from events e
-- The message that the event shows, and of a notification the account that wrote the message and the message; null for every
-- other event.
cross join lateral (
  select case when e.type in ('message.created', 'message.edited') then (e.payload #>> '{message,id}')::uuid end as id,
         case when e.type = 'notification.new' then (e.payload #>> '{notification,actor,id}')::uuid end as actor_id,
         case when e.type = 'notification.new' then (e.payload #>> '{notification,source_id}')::uuid end as source_id
) r
left join messages m on m.id = r.id
-- A node of release 0.1.0 deletes the text of a message alone.
left join message_previews lp on lp.message_id = m.id and not lp.stripped and m.deleted_at is null
left join users u on u.id = m.author_id
left join users w on w.id = r.actor_id
-- It may show its author under another name, as a webhook's does.
left join messages t on t.id = r.source_id and t.author_id = w.id and t.deleted_at is null
left join acl a on r.id is not null and a.scope = coalesce(e.community_id, e.channel_id, e.stream);
