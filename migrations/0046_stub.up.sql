create table reminders (id uuid primary key, user_id uuid not null, channel_id uuid, text text not null, remind_at timestamptz not null, told_at timestamptz, created_at timestamptz not null);
