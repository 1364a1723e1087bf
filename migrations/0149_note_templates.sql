-- Templates of notes and phrases. An administrator keeps those of their clinic, or of the organisation; a doctor keeps their own phrases. Rows are never changed: each
-- change is another version, and the newest one counts. They are about no patient, so they are not encrypted.

create table note_templates (
  id uuid not null,
  version integer not null check (version > 0),
  -- Null for a template of the organisation, which doctors of all clinics can choose.
  clinic_id uuid references clinics,
  name text not null check (length(name) between 1 and 120),
  -- The slug of a specialty; null for a template that doctors of all specialties can choose.
  specialty text check (length(specialty) between 1 and 100),
  subjective text not null,
  objective text not null,
  assessment text not null,
  plan text not null,
  -- A retired template is not offered any more.
  retired boolean not null default false,
  -- Null for the versions that came with Bedside.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (id, version),
  check ((changed_by is null) = (changed_at is null))
);
create index note_templates_clinic on note_templates (clinic_id);
revoke update, delete, truncate on note_templates from bedside_app;

create table note_phrases (
  -- The user, or the clinic, to whom the phrase belongs; for one of the organisation an id of zeros.
  owner_id uuid not null,
  -- What is written after the dot.
  abbreviation text not null check (abbreviation ~ '^[a-z][a-z0-9-]{0,29}$'),
  version integer not null check (version > 0),
  user_id uuid references users,
  clinic_id uuid references clinics,
  body text not null check (length(body) between 1 and 2000),
  removed boolean not null,
  changed_by uuid not null references users,
  changed_at timestamptz not null,
  primary key (owner_id, abbreviation, version),
  check (user_id is null or clinic_id is null),
  check (owner_id = coalesce(user_id, clinic_id, '00000000-0000-0000-0000-000000000000'))
);
create index note_phrases_user on note_phrases (user_id);
create index note_phrases_clinic on note_phrases (clinic_id);
revoke update, delete, truncate on note_phrases from bedside_app;

-- SQL makes no ids of its own, so they are written here.
insert into note_templates (id, version, name, specialty, subjective, objective, assessment, plan) values
('01930000-0000-7000-8000-000000000101', 1, 'New complaint', null,
'Complaint and since when:
Course, what makes it better or worse:
Other complaints:
Earlier illnesses, medicines, allergies:
What the patient fears or expects:',
'General condition:
Measurements:
Examination:',
'Most likely:
Also considered:
Dangerous causes ruled out by:',
'Treatment:
Come back or call if:
Next visit:'),
('01930000-0000-7000-8000-000000000102', 1, 'Follow-up', null,
'Since the last visit:
Medicines taken as agreed, side effects:
New complaints:',
'General condition:
Measurements and new results:',
'Course (better, same, worse):
Goals reached:',
'Change of treatment:
Next control:'),
('01930000-0000-7000-8000-000000000103', 1, 'Respiratory infection', 'general-practice',
'Cough, sputum, sore throat, fever, and since when:
Short of breath, chest pain:
Smoking, chronic illness, contacts:',
'Temperature, pulse, breathing rate, oxygen saturation:
Throat, ears, lymph nodes:
Lungs:',
'Upper or lower airways, viral or bacterial:
Signs of pneumonia or sepsis:',
'Rest, fluids, relief of symptoms:
Antibiotic, and why or why not:
Call at once if you become short of breath or confused:
Sick note until:'),
('01930000-0000-7000-8000-000000000104', 1, 'Skin lesion', 'dermatology',
'Where, since when, change in size or colour:
Itching, pain, bleeding:
Sun, earlier skin cancer, in the family:
Medicines and new products:',
'Site, number, size in mm:
Shape, border, colour, surface:
Rest of the skin, nails, lymph nodes:',
'Most likely:
Signs of malignancy (asymmetry, border, colour, diameter, change):',
'Treatment:
Sample or referral:
Photograph again in:'),
('01930000-0000-7000-8000-000000000105', 1, 'Mental health', 'psychiatry',
'Mood, sleep, appetite, energy, concentration:
Strain at home and at work:
Alcohol and other substances:
Thoughts of death or suicide, plans, what protects:',
'Appearance and behaviour:
Speech, mood and affect:
Thought, perception, insight:',
'Working diagnosis and severity:
Risk to self and others:',
'Therapy and medicines:
Plan for a crisis:
Next visit:'),
('01930000-0000-7000-8000-000000000106', 1, 'Child', 'paediatrics',
'Who reports, complaint and since when:
Drinking, wet nappies, sleep, behaviour:
Fever and what was given:
Birth, development, immunisations:
Contacts, nursery or school:',
'General condition, colour, alertness:
Temperature, pulse, breathing rate, weight:
Skin, ears, throat, lungs, abdomen, neck:',
'Most likely:
Signs of a serious illness:',
'Treatment, with the dose for the weight:
Come back at once if:
Next visit:');
