drop function people_known_to(uuid);
drop table search_progress;
drop table message_search;
