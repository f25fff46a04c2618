-- As migration 15 has it.
create or replace view events_shown as
select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.topic, e.audience,
       case when r.id is null then e.acl_version else greatest(e.acl_version, a.version) end as acl_version,
       case
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
           'deleted', m.deleted_at is not null))
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
           'deleted', true))
       end as payload,
       e.xid
from events e
-- The message that the event shows; null for every other event.
cross join lateral (
  select case when e.type in ('message.created', 'message.edited') then (e.payload #>> '{message,id}')::uuid end as id
) r
left join messages m on m.id = r.id
left join users u on u.id = m.author_id
left join acl a on r.id is not null and a.scope = coalesce(e.community_id, e.channel_id, e.stream);

comment on view events_shown is
    'Events with the messages that they show as these are now; a deleted message is empty. The payload has the fields of the '
    'server''s own events but for body_html: stored HTML has placeholders for the names of people and channels, which only the '
    'server fills in. Render body_md instead; the ids that it names are in mentions.';

drop table due_notices;
drop table notifications;
