-- A guardian hands the record of a young person over, who then has it in an account of their own. The link of the mail works once, and until it expires or is
-- withdrawn. A row stays when it is settled.
create table record_handovers (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The link's token is made from the id, as those of `invitations` are, so that it can be mailed again.
  token_hash bytea not null unique,
  email text not null,
  email_key text not null,
  offered_by uuid not null references users,
  offered_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > sent_at),
  -- How often the link was mailed.
  sends smallint not null default 1,
  withdrawn_by uuid references users,
  withdrawn_at timestamptz,
  accepted_by uuid references users,
  accepted_at timestamptz,
  -- Until when the young person lets their guardians act; null if that ended with the handover.
  guardians_until timestamptz,
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((accepted_at is null) = (accepted_by is null)),
  check (accepted_at is null or withdrawn_at is null),
  check (guardians_until is null or accepted_at is not null)
);
-- A record is handed over to one address at a time.
create unique index record_handovers_open on record_handovers (patient_id) where accepted_at is null and withdrawn_at is null;
create index record_handovers_patient on record_handovers (patient_id, sent_at);
revoke delete, truncate on record_handovers from bedside_app;
