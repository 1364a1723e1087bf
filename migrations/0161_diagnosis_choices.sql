-- The codes of ICD-10-CM that a doctor has marked as favourites, and those that they have recorded, so that a search offers these first. About no patient: there is no time
-- in it, which would lead to a visit.
create table diagnosis_choices (
  user_id uuid not null references users,
  code text not null references icd10cm,
  is_favourite boolean not null,
  -- Grows with each code that the doctor records; null for a favourite that was not recorded yet.
  last_use bigint,
  primary key (user_id, code)
);
revoke delete, truncate on diagnosis_choices from bedside_app;
