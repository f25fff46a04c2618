drop table channel_preferences;
