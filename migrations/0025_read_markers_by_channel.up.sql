-- What is deleted with a channel is found by it. Nothing is stored here but ids that stand in the table.
create index read_markers_channel_id_idx on read_markers (channel_id);
