drop table oauth_logouts;
drop table oauth_links;
drop table oauth_flows;
drop table session_origins;
drop table oauth_accounts;
drop table oauth_providers;
