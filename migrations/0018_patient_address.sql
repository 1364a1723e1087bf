-- A patient's postal address, encrypted with the patient's key. It is optional.
alter table patients add column address_cipher bytea;
