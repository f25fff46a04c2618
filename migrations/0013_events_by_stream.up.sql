-- no-transaction
-- Replay reads a range of each stream of the reader, and never the whole log.
-- Built while nodes go on writing. If it is broken off, an index of this name is left that is not valid: it has to be dropped by hand.
create index concurrently events_stream_xid_idx on events (stream, xid);
