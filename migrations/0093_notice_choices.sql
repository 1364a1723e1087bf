-- What a person does not want to be told in which way, and when they want to be left alone. Without a row they are told everything, at any time.
create table notice_choices (
  user_id uuid primary key references users,
  -- Words of the program: reminder_text. What must be told has no word.
  switched_off text[] not null,
  -- Minutes after midnight in the time zone of the account. The hours may last over midnight.
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_until smallint check (quiet_until between 0 and 1439),
  version integer not null default 1,
  check ((quiet_from is null) = (quiet_until is null)),
  check (quiet_from <> quiet_until)
);
revoke delete, truncate on notice_choices from bedside_app;

create view quiet_hours with (security_invoker = true) as
  select user_id, quiet_from, quiet_until from notice_choices where quiet_from is not null;
comment on view quiet_hours is
  'Published by notifications. When people want to be left alone, in minutes after midnight of their time zone, one row for each person who has such hours. Leaves out what they switched off.';
revoke insert, update, delete, truncate on quiet_hours from bedside_app;
