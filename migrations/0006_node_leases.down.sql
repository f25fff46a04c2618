drop table node_leases;
