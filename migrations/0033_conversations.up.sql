-- What a message has besides its text, and the threads that people follow.

-- A reply that also stands in the channel; a poll with what it asks, without its votes; how many files the message has.
-- Erasure: emptied with the text; export: whole rows; kept: until deleted.
alter table messages
    add column also_to_channel boolean not null default false,
    add column poll jsonb,
    add column attachments smallint not null default 0;

-- Threads that a person set to be followed or not, by their first messages. Where nothing is set, those are followed that the person began or
-- replied to. Written by the person's own stream alone, so a deleted message, which keeps its replies, keeps them too.
-- Erasure: deleted; export: whole rows; kept: as long as the message's place.
create table thread_followers (
    message_id uuid not null,
    user_id uuid not null,
    following boolean not null,
    primary key (message_id, user_id)
);
create index thread_followers_user_id_idx on thread_followers (user_id);
