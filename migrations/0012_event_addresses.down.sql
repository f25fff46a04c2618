alter table events drop column audience, drop column topic;
