-- A clinic that found a patient among those of the organisation has not made the record. It sees who the patient is; it neither corrects the record, nor gives it
-- away with a code, nor says who acts for the patient, until it cares for the patient.
alter table patient_clinics add column is_linked boolean not null default false;

-- How patient and doctor were to meet when the time was held: whoever holds a time for a call is not booked for the clinic. Null: held before this was kept.
alter table reservations add column mode text check (mode in ('video', 'in_person', 'phone'));
