-- User names that look alike are one name (UTS 39), as those of channels are. The server computes the key, and fills it in for the accounts
-- that are there already; a node of a release before leaves it empty. The index on the name itself stays: names are looked up by it.
-- Erasure: with the user name; export: no; kept: with the account.
alter table users add column username_key text;
create unique index users_username_look_key on users (username_key);
