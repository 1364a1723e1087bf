-- Administrators of the organisation choose which languages doctors and patients can choose from, and in which order. While there is no list, all languages that
-- Bedside knows are offered. Doctors who have a language that is not offered any more keep it. Each change is another list, so the table also says what was offered before.
create table language_lists (
  version integer primary key check (version > 0),
  tags text[] not null check (cardinality(tags) > 0),
  changed_by uuid not null references users,
  changed_at timestamptz not null
);
revoke update, delete, truncate on language_lists from bedside_app;
