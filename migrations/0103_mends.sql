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
