-- What a patient's own details were in each version: the name, the date of birth, the phone number, the address at home, the time zone. The audit log names who changed
-- them, and this table says what they were. What a patient tells besides, and the further addresses, have versions of their own (patient_profile_versions,
-- patient_address_versions). The version of a patient grows with other changes too, so some numbers are not here.
create table patient_versions (
  patient_id uuid not null references patients,
  version integer not null,
  full_name text not null,
  latin_name text,
  date_of_birth date not null,
  -- The same ciphertexts as in `patients`: they are bound to its columns and to the patient.
  phone_cipher bytea,
  address_cipher bytea,
  time_zone text not null,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (patient_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on patient_versions from bedside_app;

-- Adds texts to a list in the body of a function, behind one that stands there once. Later migrations call it for the tables that move with a patient's record
-- (`move_patient_rows`, `return_patient_rows`) and the kinds of notices (`notice_shown`). The function otherwise stays as it is, so that what another migration has added is kept.
create function add_to_list(changed regproc, behind text, variadic added text[]) returns void language plpgsql as $$
declare
  definition text := pg_get_functiondef(changed);
  anchor text := quote_literal(behind);
begin
  if length(definition) - length(replace(definition, anchor, '')) <> length(anchor) then
    raise exception '% does not stand once in %', anchor, changed;
  end if;
  execute replace(definition, anchor,
    concat_ws(', ', anchor, (select string_agg(quote_literal(a.name), ', ' order by a.place) from unnest(added) with ordinality as a(name, place))));
end $$;
revoke execute on function add_to_list from public;
