drop table thread_followers;
alter table messages drop column also_to_channel, drop column poll, drop column attachments;
