-- The messages that are pinned to a channel, each with who pinned it.
-- No foreign keys: the channel's one writer has checked the message, and takes its pin away when it is deleted. A node of the release before
-- does not: a pin of a deleted message is shown nowhere, and goes with its channel.
-- Erasure: the person's id stays, and refers to an account without names; export: rows that the person wrote; kept: until taken away, or the
-- message is deleted.
create table pins (
    message_id uuid primary key,
    channel_id uuid not null,
    user_id uuid not null,
    pinned_at timestamptz not null
);
create index pins_channel_id_idx on pins (channel_id, message_id);
