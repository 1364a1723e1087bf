-- A patient sees who has read or changed their record, and asks about one access. An administrator answers in words. The accesses themselves are rows of the audit log.
create table access_questions (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The row of the audit log. No foreign key, because old months of the log are dropped. What the row says is kept here for whoever answers later.
  event_id uuid not null,
  accessed_at timestamptz not null,
  accessed_by uuid not null references users,
  role text,
  action text not null,
  asked_by uuid not null references users,
  asked_at timestamptz not null,
  -- Question and answer are encrypted with the patient's key.
  question_cipher bytea not null,
  answer_cipher bytea,
  answered_by uuid references users,
  answered_at timestamptz,
  check ((answered_at is null) = (answered_by is null)),
  check ((answered_at is null) = (answer_cipher is null)),
  -- Nobody answers about themselves.
  check (answered_by <> accessed_by)
);
create index access_questions_patient on access_questions (patient_id, event_id);
create index access_questions_open on access_questions (asked_at, id) where answered_at is null;
revoke delete, truncate on access_questions from bedside_app;

-- Questions move with the record when two records of one person become one, and back again.
do $$
declare
  changed regprocedure;
  definition text;
begin
  foreach changed in array array['move_patient_rows(uuid, timestamptz)'::regprocedure, 'return_patient_rows(uuid)'::regprocedure] loop
    definition := replace(pg_get_functiondef(changed), '''allergies'',', '''allergies'', ''access_questions'',');
    if definition not like '%''access_questions''%' then
      raise exception 'the list of tables in % is not as expected', changed;
    end if;
    execute definition;
  end loop;
end $$;

-- A notice about an answer is not for a guardian who sees appointments only, who does not see who looked. The list of kinds is changed in place, because other migrations may
-- have added theirs.
do $$
declare
  body text;
  changed text;
begin
  body := pg_get_functiondef('notice_shown(uuid, text, uuid, timestamptz, timestamptz, date, date)'::regprocedure);
  changed := replace(body, '''prescription_cancelled''', '''prescription_cancelled'', ''access_answer''');
  if changed = body then
    raise exception 'notice_shown does not name the prescriptions';
  end if;
  execute changed;
end $$;
