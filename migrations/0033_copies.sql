-- What several copies of the server share for some seconds or minutes, when there is no Redis (ADR 25). Unlogged: after a crash of the database the copies write it
-- anew. The server deletes what is over.

-- The copies that run now. Each renews its row; one that was killed is gone when its row runs out.
create unlogged table server_copies (
  id uuid primary key,
  until timestamptz not null
);
revoke truncate on server_copies from bedside_app;

-- The visits of which a patient has a page open, by the copy to which that page is connected. A row that runs out belonged to a copy that was killed.
create unlogged table present_patients (
  encounter_id uuid not null,
  copy_id uuid not null,
  until timestamptz not null,
  primary key (encounter_id, copy_id)
);
create index present_patients_until on present_patients (until);
revoke truncate on present_patients from bedside_app;

-- The buckets of the limits on requests: when each will be full again.
create unlogged table limit_buckets (
  -- 'line 203.0.113.7', 'account ' and an id
  key text primary key,
  full_at timestamptz not null
);
create index limit_buckets_age on limit_buckets (full_at);
revoke truncate on limit_buckets from bedside_app;

-- A session that was ended closes the sockets of its user at all copies at once. Until now they waited for the dispatcher, and that for every older transaction.
drop trigger rights_of_session_changed on sessions;
create trigger rights_of_session_changed after update on sessions for each row
  when (old.membership_id is distinct from new.membership_id or old.patient_id is distinct from new.patient_id
    or old.revoked_at is distinct from new.revoked_at)
  execute function tell_rights_changed('user_id');
