-- What readers of the day found: deliveries, separated records, accounts that come back, and moves of appointments.

-- What is not sent because it is out of date has a state of its own: nobody waits for it, and nothing has failed.
alter table mails drop constraint mails_state_check;
alter table mails add constraint mails_state_check check (state in ('queued', 'sent', 'dead', 'out_of_date'));
alter table texts drop constraint texts_state_check;
alter table texts add constraint texts_state_check check (state in ('queued', 'sent', 'delivered', 'failed', 'out_of_date'));

-- The ids at the provider of the messages before, when one was sent again: what is reported of them later says nothing about the new one.
alter table texts add column earlier_provider_ids text[] not null default '{}';

-- Numbers that have ended are swept.
create index phones_ended on phones (ended_at) where ended_at is not null;

-- Nothing with which somebody could sign in outlives the final deletion of an account. Those that are final already are cleared here.
grant delete on password_credentials to bedside_app;
delete from password_credentials c using account_deletions d where d.user_id = c.user_id and d.finished_at is not null;
delete from totp_factors f using account_deletions d where d.user_id = f.user_id and d.finished_at is not null;
delete from recovery_codes r using account_deletions d where d.user_id = r.user_id and d.finished_at is not null;
delete from totp_set_ups s using account_deletions d where d.user_id = s.user_id and d.finished_at is not null;
delete from remembered_browsers b using account_deletions d where d.user_id = b.user_id and d.finished_at is not null;

-- A clinic that registers a patient whom it knows only by a merge knows this record by itself from then on, also after separating. Runs as the owner, because only the functions
-- of merging write the journal.
create function keep_registration(this_patient uuid, this_clinic uuid) returns bigint language sql security definer set search_path = public, pg_temp as $$
  with kept as (
    delete from patient_merge_moves w using patient_merges m
    where m.id = w.merge_id and m.survivor_id = this_patient and m.undone_at is null and w.table_name = 'patient_clinics' and w.row_id = this_clinic
    returning w.row_id)
  select count(*) from kept
$$;

-- An account comes back whose record somebody else's account has got meanwhile by a merge.
create function yield_own_record(this_user uuid, moment timestamptz) returns bigint language plpgsql set search_path = public, pg_temp as $$
declare
  yielded bigint;
begin
  -- A merge locks the patients too.
  perform p.id from patients p where p.id in (select a.patient_id from patient_access a where a.user_id = this_user and a.relation = 'self') for update;
  update patient_access a set ends_at = moment
  where a.user_id = this_user and a.relation = 'self' and (a.ends_at is null or a.ends_at > moment)
    and exists (select from patient_access o join account u on u.user_id = o.user_id
      where o.patient_id = a.patient_id and o.user_id <> this_user and o.relation = 'self' and (o.ends_at is null or o.ends_at > moment));
  get diagnostics yielded = row_count;
  return yielded;
end $$;
comment on function yield_own_record is
  'Published by directory. Ends the right of a user to their own record when another account has it too; how many rights that were, 0 or 1. Called when a deleted account comes back.';

-- How often the patient's side has moved an appointment: each time holds a time that others want, and tells people.
alter table appointments add column moves_by_patient integer not null default 0 check (moves_by_patient >= 0);
