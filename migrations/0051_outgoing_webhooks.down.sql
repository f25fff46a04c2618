drop table spreading;
drop table deliveries;
drop table outgoing_webhooks;
