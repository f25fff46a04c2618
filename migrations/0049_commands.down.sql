drop table invocations;
drop table commands;
