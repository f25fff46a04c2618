drop index users_username_key;
create unique index users_username_key on users (lower(username));
drop index messages_mentions_idx;
drop index invites_expires_at_idx;
drop index sessions_expires_at_idx;
drop index mutations_created_at_idx;
drop table upkeep;
drop table parked_events;
