-- A doctor's home page counts what waits for the doctor: visits to confirm, prescriptions to sign, visits without notes. All are few among very many.
create index appointments_requested on appointments (doctor_id) where state = 'requested';
create index prescriptions_unsigned on prescriptions (doctor_id) where signed_at is null;
create index encounters_doctor_ended on encounters (doctor_id, ended_at) where ended_at is not null;
