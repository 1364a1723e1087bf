-- Letters of doctors: referrals, sick notes, fit notes, summaries of visits. A draft is edited; once issued it is frozen, and only withdrawn by a row of its own.
-- 1048576 is the first counter whose number has all its symbols, as with prescriptions.
create sequence letter_numbers as bigint start 1048576;

create table letters (
  id uuid primary key,
  number bigint not null unique default nextval('letter_numbers'),
  -- Not encrypted, so that a list can be filtered. What the letter says is encrypted.
  kind text not null check (kind in ('referral', 'sick_note', 'fit_note', 'summary')),
  encounter_id uuid not null references encounters,
  patient_id uuid not null references patients,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  created_at timestamptz not null,
  -- Recipient, days and text, encrypted with the patient's key.
  body_cipher bytea not null,
  issued_at timestamptz,
  -- The canonical JSON that was issued, with letterhead and names, encrypted with the patient's key; and its SHA-256.
  document_cipher bytea,
  document_hash bytea,
  version integer not null default 1,
  check ((issued_at is null) = (document_cipher is null)),
  check ((issued_at is null) = (document_hash is null))
);
create index letters_patient on letters (patient_id, id desc);
create index letters_doctor on letters (doctor_id, id desc);
create index letters_encounter on letters (encounter_id);
revoke truncate on letters from bedside_app;

create table letter_withdrawals (
  letter_id uuid primary key references letters,
  -- Encrypted with the patient's key.
  reason_cipher bytea not null,
  author_user_id uuid not null references users,
  at timestamptz not null
);
revoke update, delete, truncate on letter_withdrawals from bedside_app;

-- An issued letter is frozen. Whose record it is in may change, and only by the functions that merge two records, which run as the owner of the table (0079). Only an
-- issued letter is withdrawn.
create function issued_is_frozen() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'letter_withdrawals' then
    if not exists (select from letters l where l.id = new.letter_id and l.issued_at is not null) then
      raise exception 'letter % is not issued', new.letter_id
        using errcode = 'integrity_constraint_violation', constraint = 'letter_withdrawals_issued';
    end if;
    return new;
  end if;
  if old.issued_at is not null then
    if tg_op = 'UPDATE' and to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id'
        and current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then
      return new;
    end if;
    raise exception 'letter % is issued', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'letters_frozen';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger letters_frozen before update or delete on letters for each row execute function issued_is_frozen();
create trigger letter_withdrawals_issued before insert on letter_withdrawals for each row execute function issued_is_frozen();

-- Letters go with the record, and with their visit, when two records of one person become one and when they are separated again.
select add_to_list('move_patient_rows', 'prescriptions', 'letters');
select add_to_list('return_patient_rows', 'prescriptions', 'letters');
