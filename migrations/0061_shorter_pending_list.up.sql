-- The post that finds the list full moves it into the index, and those behind it wait: a shorter list is moved sooner.
-- A moment alone with the index. Posts give up after a second of waiting for it, so this gives up before them, and is run again.
set local lock_timeout = '500ms';
alter index message_search_idx set (gin_pending_list_limit = 128);
