-- How urgent a mail or a text message is, as the priority of its job: the queue takes the lowest first. Codes and links before notices of what has happened, these before
-- reminders, of which thousands may wait. Kept with the message, so that it is the same when it is put off, sent again or queued anew.
alter table mails add column priority smallint not null default 0;
alter table texts add column priority smallint not null default 0;

-- What waits from before.
update mails set priority = -10 where state = 'queued' and kind in ('confirm_email', 'sign_up_repeated', 'reset_password');
update mails set priority = 10 where state = 'queued' and kind in ('visit_near', 'coming_of_age', 'licence_near_end');
update texts set priority = -10 where state = 'queued' and kind in ('phone_code', 'reset_password');
update texts set priority = 10 where state = 'queued' and kind = 'visit_near';
