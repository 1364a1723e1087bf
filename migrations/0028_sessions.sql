-- Sessions end with the credentials that they began with, and what opens one is stored as a hash only.

-- The epoch of an account's credentials grows whenever a proof that was good until now is good no more: another password, a closed account, a role that has ended.
-- A session keeps the epoch in which its user signed in, and is valid in no other one. Triggers count it, so that a change by hand counts as well.
alter table users add column credential_epoch integer not null default 1;

alter table sessions
  add column credential_epoch integer,
  -- When the user last proved in this session that it is them.
  add column authenticated_at timestamptz,
  -- How the user proved it when the session began (NIST SP 800-63B, section 4).
  add column assurance text check (assurance in ('one_factor', 'two_factors'));
update sessions set credential_epoch = 1, authenticated_at = created_at, assurance = 'one_factor';
alter table sessions
  alter column credential_epoch set not null,
  alter column authenticated_at set not null,
  alter column assurance set not null;

create function begin_credential_epoch() returns trigger language plpgsql as $$
begin
  new.credential_epoch := old.credential_epoch + 1;
  return new;
end $$;
create trigger account_closed_or_opened before update on users for each row
  when (old.suspended_at is distinct from new.suspended_at or old.deleted_at is distinct from new.deleted_at)
  execute function begin_credential_epoch();

create function begin_credential_epoch_of_user() returns trigger language plpgsql as $$
begin
  update users set credential_epoch = credential_epoch + 1 where id = old.user_id;
  return null;
end $$;
create trigger password_changed after update on password_credentials for each row
  when (old.hash is distinct from new.hash) execute function begin_credential_epoch_of_user();
create trigger password_removed after delete on password_credentials for each row
  execute function begin_credential_epoch_of_user();
create trigger membership_ended after update on memberships for each row
  when (old.ended_at is null and new.ended_at is not null) execute function begin_credential_epoch_of_user();
create trigger membership_removed after delete on memberships for each row
  when (old.ended_at is null) execute function begin_credential_epoch_of_user();

-- An open socket acts in the role that its user had when it opened. Whatever changes what a user may do tells all copies of the server, which look at that user's
-- sockets again. The payload is the user's id; the argument of the trigger is the column that contains it.
create function tell_rights_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('bedside_rights', to_jsonb(old) ->> tg_argv[0]);
  return null;
end $$;
create trigger rights_of_account_changed after update on users for each row
  when (old.credential_epoch is distinct from new.credential_epoch) execute function tell_rights_changed('id');
create trigger rights_of_session_changed after update on sessions for each row
  when (old.membership_id is distinct from new.membership_id) execute function tell_rights_changed('user_id');
create trigger rights_of_membership_changed after update or delete on memberships for each row execute function tell_rights_changed('user_id');
create trigger rights_of_patient_access_changed after update or delete on patient_access for each row execute function tell_rights_changed('user_id');

-- The value of a session's cookie lets its holder act as the user, so only its SHA-256 is kept. The values until now stood here as they were, and so they do in
-- replicas and archives: they end, and their browsers sign in again.
delete from http_sessions;
alter table http_sessions drop column id, add column id_hash bytea primary key;
