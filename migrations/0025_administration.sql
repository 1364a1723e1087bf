-- What the administrators' pages count and sort by.

-- The figures of a day on the overview. Each index holds the rows by the moment that is counted.
create index appointments_booked on appointments (booked_at);
create index appointments_cancelled on appointments (cancelled_at) where cancelled_at is not null;
create index appointments_start on appointments (starts_at);
create index encounters_ended on encounters (ended_at) where ended_at is not null;

-- When somebody used the platform last. The index `sessions_user` (user_id, last_seen_at desc) answers it for one user.
create view account_activity with (security_invoker = true) as
  select user_id, max(last_seen_at) as last_seen_at from sessions group by user_id;
comment on view account_activity is
  'Published by identity. When each user was last seen, one row for each user with a session of the last month. Leaves out the sessions.';
revoke insert, update, delete, truncate on account_activity from bedside_app;
