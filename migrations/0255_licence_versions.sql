-- What a licence was in each version: what its doctor has stated, what was decided about it, and what the administrator wrote. A licence that waits, was refused, or for
-- which more was asked is corrected in its place, and so is that of an application which nobody has reviewed yet; this table says what was there before.
create table licence_versions (
  licence_id uuid not null references licences,
  version integer not null,
  number text not null,
  authority text not null,
  country text not null,
  region text,
  issued_on date,
  expires_on date not null,
  -- Null as long as the doctor is not verified: then the licence is reviewed with the application.
  state text,
  reply text,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (licence_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on licence_versions from bedside_app;
-- No licence is deleted any more.
revoke delete on licences from bedside_app;
