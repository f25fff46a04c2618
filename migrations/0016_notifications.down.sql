drop table due_notices;
drop table notifications;
