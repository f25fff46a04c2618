-- The commit that finds the list of new words full moves them into the index, and those behind it wait. Nodes move them before that, so the
-- list is as long as keeps searches fast if none does.
-- A moment alone with the index. Posts give up after a second of waiting for it, so this gives up before them, and is run again.
set local lock_timeout = '500ms';
alter index message_search_idx set (gin_pending_list_limit = 2048);
