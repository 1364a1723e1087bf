-- A doctor's home page counts what waits for the doctor: visits to confirm, and prescriptions to sign. Both are few among very many.
create index appointments_requested on appointments (doctor_id) where state = 'requested';
create index prescriptions_unsigned on prescriptions (doctor_id) where signed_at is null;
