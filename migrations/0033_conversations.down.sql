drop table thread_followers;
drop index messages_parent_id_author_id_idx;
alter table messages drop column also_to_channel, drop column poll, drop column attachments;
