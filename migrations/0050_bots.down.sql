drop table api_tokens;
drop table bots;
