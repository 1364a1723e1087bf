-- What a mail says is fixed by its event, not by the moment of sending: recipient, name, zone and the appointment's times as they were then.
-- Mails are therefore written in the transaction of the event, and the dispatcher only queues their jobs (ADR 16).
-- Emptied when the mail was sent. Null in mails that an earlier version queued: those are read as of now.
alter table mails add column facts jsonb;
create index mails_event on mails (event_id);

-- False for events of an earlier version, whose mails the dispatcher still has to write.
alter table outbox_events add column mails_written boolean not null default false;
