-- When two records become one, the open offers of both end: the patient of the one that ends could not answer, and the kept time could collide with an appointment of the other
-- record. The times are noted as freed (0086). Order of locks, as everywhere: the offer, then its reservation.
create function withdraw_offers_of_merged() returns trigger language plpgsql as $$
begin
  update waiting_offers set state = 'withdrawn', answered_at = new.merged_at
    where state = 'open' and patient_id in (new.survivor_id, new.merged_id);
  delete from reservations where kind = 'offered' and patient_id in (new.survivor_id, new.merged_id);
  return null;
end $$;
create trigger patient_merges_offers after insert on patient_merges
  for each row execute function withdraw_offers_of_merged();

-- When an appointment was last moved or confirmed. A calendar program that asks by date for what has changed would not learn of it otherwise.
alter table appointments add column revised_at timestamptz;

-- Who waits for a specialty names no clinic. The staff of a clinic sees those among them who are its patients, and not everybody who waits anywhere.
create function is_patient_of(patient uuid, clinic uuid, kept timestamptz) returns boolean language sql stable as $$
  select exists (select from patient_clinics r where r.patient_id = is_patient_of.patient and r.clinic_id = is_patient_of.clinic)
    or is_patient_of.clinic in (select c from cared_for_at(is_patient_of.patient, null, is_patient_of.kept) c)
$$;
comment on function is_patient_of is
  'Published by directory. Whether a patient was registered or found at a clinic, or is cared for there. kept is that of cared_for_at.';
