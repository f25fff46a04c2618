-- See the other direction.
set local lock_timeout = '500ms';
alter index message_search_idx set (gin_pending_list_limit = 512);
