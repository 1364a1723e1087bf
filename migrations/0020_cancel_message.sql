-- What a doctor or the clinic tells the patient when they cancel an appointment, encrypted with the patient's key. Before, nobody learned why.
alter table appointments add column cancel_message_cipher bytea;
