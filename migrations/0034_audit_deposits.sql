-- Seals that were deposited outside of the database: in a bucket whose objects cannot be changed, or with a time stamp of another authority. A row says what was
-- deposited, so that the next deposit goes on from there. It proves nothing by itself: the object does, or the signed token, which is the receipt.

create table audit_deposits (
  -- 's3 bucket/prefix', 'time_stamp'
  place text not null,
  -- The seals of the deposit, both included.
  seal_from bigint not null,
  seal_to bigint not null check (seal_to >= seal_from),
  deposited_at timestamptz not null,
  -- The token of a time stamp (RFC 3161).
  receipt bytea,
  primary key (place, seal_from)
);
revoke update, delete, truncate on audit_deposits from bedside_app;
