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
