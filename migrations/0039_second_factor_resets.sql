-- An administrator may turn off the second factor of somebody who has lost it, after an identity check. It takes effect after a delay, in which the person, who is
-- told at once, can stop it.
create table second_factor_resets (
  id uuid primary key,
  user_id uuid not null references users,
  asked_by uuid not null references users,
  reason text not null,
  -- Of the link in the mail that stops it. The token is made from the id, as that of `links`.
  token_hash bytea not null unique,
  asked_at timestamptz not null,
  takes_effect_at timestamptz not null,
  stopped_at timestamptz,
  applied_at timestamptz,
  check (stopped_at is null or applied_at is null)
);
create unique index second_factor_resets_open on second_factor_resets (user_id) where stopped_at is null and applied_at is null;
create index second_factor_resets_due on second_factor_resets (takes_effect_at) where stopped_at is null and applied_at is null;
create index second_factor_resets_user on second_factor_resets (user_id);
revoke delete, truncate on second_factor_resets from bedside_app;
