-- The lines of one action are read page by page. Nothing is stored here but what stands in the table.
create index audit_log_action_idx on audit_log (community_id, action, id);
