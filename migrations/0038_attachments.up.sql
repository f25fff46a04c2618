-- Files of messages. Their bytes stand in the object store, under keys that are made of the id and the name.
-- No foreign keys: the channel's one writer has checked channel, person and message. A node of release 0.1.0 does not look at this; there
-- messages have no files.
-- Erasure: those that no message has go; those of deleted messages go with them; the name is emptied with the message's text; export: whole
-- rows and their bytes; kept: until the message is deleted, and a file that no message has for a day.
create table attachments (
    id uuid primary key,
    channel_id uuid not null,
    uploader_id uuid not null,
    -- Null until it is part of a message.
    message_id uuid,
    -- Its place among the files of its message.
    place smallint not null default 0,
    filename text not null,
    content_type text not null,
    size_bytes bigint not null,
    width integer,
    height integer,
    -- Whether there is a small picture of it.
    thumbnail boolean not null default false,
    -- pending, clean or infected.
    status text not null,
    -- Empty: nothing was said.
    alt text not null default '',
    created_at timestamptz not null,
    -- Since then no one gets it, and its bytes are to be removed.
    deleted_at timestamptz,
    -- Whether what a client may have put where it was told to is removed. Its address takes bytes for a while, whatever became of the file.
    upload_swept boolean not null default false
);
create index attachments_message_id_idx on attachments (message_id, place) where message_id is not null and deleted_at is null;
create index attachments_channel_id_idx on attachments (channel_id) where deleted_at is null;
create index attachments_unused_idx on attachments (created_at) where message_id is null and deleted_at is null;
create index attachments_deleted_idx on attachments (id) where deleted_at is not null;
create index attachments_pending_idx on attachments (id) where status = 'pending' and deleted_at is null;
create index attachments_uploads_idx on attachments (id) where not upload_swept and deleted_at is null;
