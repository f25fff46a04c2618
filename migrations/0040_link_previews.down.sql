drop table link_previews;
drop table message_previews;
