-- no-transaction
-- What stands in a channel without its threads. A page of that is read without the replies between.
-- Built while nodes go on writing. If it is broken off, an index of this name is left that is not valid: it has to be dropped by hand.
create index concurrently messages_top_level_idx on messages (channel_id, id) where parent_id is null or also_to_channel;
