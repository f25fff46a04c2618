drop table poll_tallies;
drop table poll_votes;
