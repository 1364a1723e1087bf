-- People delete their own accounts. The account stays for 30 days, in which its owner or an administrator may bring it back; then it is final, and its address is
-- free for a new account. The row of the account stays for ever, because what its owner wrote and signed names it.
create table account_deletions (
  id uuid primary key,
  user_id uuid not null references users,
  deleted_at timestamptz not null,
  -- When it becomes final.
  final_at timestamptz not null check (final_at > deleted_at),
  brought_back_by uuid references users,
  brought_back_at timestamptz,
  -- When the address was freed; not before final_at.
  finished_at timestamptz,
  check ((brought_back_at is null) = (brought_back_by is null)),
  check (brought_back_at is null or finished_at is null)
);
create unique index account_deletions_open on account_deletions (user_id) where brought_back_at is null and finished_at is null;
create index account_deletions_due on account_deletions (final_at) where brought_back_at is null and finished_at is null;
revoke delete, truncate on account_deletions from bedside_app;
