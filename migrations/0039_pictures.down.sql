alter table communities drop column avatar_url;
drop table emoji;
drop table pictures;
