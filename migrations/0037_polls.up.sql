-- What people choose in the polls of messages. What a poll asks stands in the message's own row (migration 33).

-- No foreign keys: the channel's one writer has checked the message and the person.
-- Erasure: withdrawn as by the person, with the counts; export: whole rows; kept: until the person withdraws, the message is deleted, or its
-- channel is gone.
create table poll_votes (
    message_id uuid not null,
    user_id uuid not null,
    -- The places of the chosen options, from 0, in their order; at least one.
    options smallint[] not null,
    voted_at timestamptz not null,
    primary key (message_id, user_id)
);
-- For erasure and export.
create index poll_votes_user_id_idx on poll_votes (user_id);

-- How many people have chosen each option of a poll, from its first vote on: written with each vote by the channel, so that no reader counts.
-- Erasure: untouched, it says of no one what they chose; export: no; kept: until the message is deleted, or its channel is gone.
create table poll_tallies (
    message_id uuid primary key,
    votes bigint[] not null
);
