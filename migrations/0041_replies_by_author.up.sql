-- Whether a person has replied in a thread is asked for each thread that is shown, of however many replies. By itself: the columns of 0033 are added
-- under a lock that keeps readers of `messages` waiting, which no index is built under. Nothing is stored here but what stands in the table.
create index messages_parent_id_author_id_idx on messages (parent_id, author_id) where parent_id is not null;
