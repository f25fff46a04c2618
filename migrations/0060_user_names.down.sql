drop index users_username_look_key;
alter table users drop column username_key;
