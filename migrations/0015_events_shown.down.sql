drop view events_shown;
