drop index events_stream_xid_idx;
