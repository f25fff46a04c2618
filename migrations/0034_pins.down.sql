drop table pins;
