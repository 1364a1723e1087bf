-- The hold that an appointment was booked with. The hold's own row is gone by then; a patient who goes back to its page learns that the time is theirs.
alter table appointments add column booked_with_hold uuid;
create index appointments_hold on appointments (booked_with_hold) where booked_with_hold is not null;
