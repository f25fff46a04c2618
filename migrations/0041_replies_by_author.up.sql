-- no-transaction
-- Whether a person has replied in a thread is asked for each thread that is shown, of however many replies. Nothing is stored here but what
-- stands in the table.
-- Built while nodes go on writing. If it is broken off, an index of this name is left that is not valid: it has to be dropped by hand.
create index concurrently messages_parent_id_author_id_idx on messages (parent_id, author_id) where parent_id is not null;
