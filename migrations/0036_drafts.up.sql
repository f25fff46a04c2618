-- Drafts, saved messages, messages to be sent later, and jobs with a time. Texts of the person's own, which no one else reads.

-- From when on the job may be begun; null: at once. Nodes of release 0.1.0 know of no jobs.
-- Erasure, export and retention: as the row's.
alter table job_requests add column run_at timestamptz;
-- Requests with one key are handed over in their order.
create index job_requests_key_idx on job_requests (key, id);

-- What a person has begun to write in a channel, or as a reply there. The person's own stream writes this. No foreign keys, here and below:
-- what they see was checked before.
-- Erasure: deleted; export: whole rows; kept: until dropped, or the channel is deleted.
create table drafts (
    user_id uuid not null,
    channel_id uuid not null,
    -- The message that it is to reply to; the nil id for one to the channel itself.
    parent_id uuid not null default '00000000-0000-0000-0000-000000000000',
    body_md text not null,
    updated_at timestamptz not null,
    primary key (user_id, channel_id, parent_id)
);
create index drafts_channel_id_idx on drafts (channel_id);

-- Messages that people keep for later. Of a message that is deleted its place stays saved. The person's own stream writes this.
-- Erasure: deleted; export: whole rows; kept: until dropped, or the channel is deleted.
create table saved_messages (
    user_id uuid not null,
    message_id uuid not null,
    channel_id uuid not null,
    note text,
    -- Null where no reminder is to come any more.
    remind_at timestamptz,
    saved_at timestamptz not null,
    primary key (user_id, message_id)
);
create index saved_messages_channel_id_idx on saved_messages (channel_id);

-- Messages to be sent later. The person's own stream writes this; a job sends what is due, under the id as the key of the message.
-- Erasure: deleted, also those that wait; export: whole rows; kept: until dropped, or the channel is deleted; settled ones 30 days.
create table scheduled_messages (
    id uuid primary key,
    user_id uuid not null,
    channel_id uuid not null,
    parent_id uuid,
    -- Empty once it was sent: the text is the message's then.
    body_md text not null,
    send_at timestamptz not null,
    -- pending, taken (being sent), sent, failed. Open: a later release may have more.
    state text not null,
    -- The code of the refusal where it failed.
    reason text,
    message_id uuid,
    created_at timestamptz not null
);
create index scheduled_messages_of_idx on scheduled_messages (user_id, channel_id, id);
create index scheduled_messages_waiting_idx on scheduled_messages (user_id) where state in ('pending', 'taken');
create index scheduled_messages_channel_id_idx on scheduled_messages (channel_id);
create index scheduled_messages_settled_idx on scheduled_messages (send_at) where state in ('sent', 'failed');
