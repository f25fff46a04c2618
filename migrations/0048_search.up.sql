-- The words of messages, and how far those were indexed that stood there before.

-- What is found of a message. Written by the channel's append beside the message; one that is deleted keeps an empty row, so that nothing
-- that read the message before adds its words again. Messages that older nodes write are added later, by `system:tidy`.
-- No foreign keys: the channel's one writer has checked the message, and what removes messages removes this with them.
-- Erasure: emptied with the message's text; export: no, it is made of the text; kept: as long as the message's place.
create table message_search (
    message_id uuid primary key,
    channel_id uuid not null,
    -- Words as the server makes them, whatever the locale of the database, and marks beginning with a colon: who wrote it, what it has.
    tsv tsvector not null,
    -- The `edited_at` of the message when these were its words: another one there tells that an older node has edited it since.
    edited_at timestamptz
);
-- The pending list is searched from end to end: a short one keeps searches fast.
create index message_search_idx on message_search using gin ((array[channel_id]), tsv) with (gin_pending_list_limit = 512);

-- Up to which message it was looked which ones lack a row; and up to which one again, since older nodes change messages without their rows.
-- Erasure: untouched, names nobody; export: no; kept: for ever.
create table search_progress (
    one boolean primary key default true check (one),
    message_id uuid not null,
    again uuid not null
);
insert into search_progress (message_id, again)
values ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000');

-- Whom a person may find: those who share a community or a direct message with them, and themselves.
create function people_known_to(reader uuid) returns table (id uuid) language sql stable parallel safe as $$
    select other.user_id from community_members own
    join communities c on c.id = own.community_id and c.deleted_at is null
    join community_members other on other.community_id = own.community_id
    where own.user_id = reader
    union
    select other.user_id from channel_members own
    join channels dm on dm.id = own.channel_id and dm.community_id is null
    join channel_members other on other.channel_id = dm.id
    where own.user_id = reader
    union
    select reader
$$;
