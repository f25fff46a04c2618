-- What is deleted with a channel is found by it. Nothing is stored here but ids that stand in the table.
create index notifications_channel_id_idx on notifications (channel_id);
