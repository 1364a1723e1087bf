-- An appointment can move to another time. What counts as in time, for cancelling and for moving, is agreed when it is booked, so it is copied then.
alter table appointments
  -- Null: booked before this was copied; then the setting of the installation counts.
  add column cancel_notice_hours integer check (cancel_notice_hours between 0 and 720),
  -- What the doctor or the clinic told the patient when they moved it last, encrypted with the patient's key.
  add column move_message_cipher bytea;
