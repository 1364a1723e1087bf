-- Documents to which people agree: terms of use, privacy notice, remote care. Each has versions in each language, and a version counts from a day on.

create table document_versions (
  id uuid primary key,
  document text not null check (document in ('terms', 'privacy', 'remote_care')),
  -- The language of the text, without script and region.
  language text not null,
  version integer not null check (version > 0),
  body text not null,
  -- It counts from midnight UTC of this day on, until a later version in the same language does.
  counts_from date not null,
  -- Whether people are asked to agree to it. A version that corrects a spelling mistake asks nobody.
  asks boolean not null,
  -- Null for the versions that came with Bedside.
  published_by uuid references users,
  published_at timestamptz,
  unique (document, language, version),
  unique (document, language, counts_from),
  check ((published_by is null) = (published_at is null))
);
-- What people have agreed to never changes.
revoke update, delete, truncate on document_versions from bedside_app;

-- The first versions ask nobody: whoever has an account has agreed to the terms of use when it was made. SQL makes no ids of its own, so they are written here.
insert into document_versions (id, document, language, version, body, counts_from, asks) values
('01930000-0000-7000-8000-000000000001', 'terms', 'en', 1,
'Bedside lets you book visits with doctors, meet them on video, and keep what they write for you.

Use it for yourself, or for people for whom you may act. Keep your password to yourself, and tell us the truth about who you are.

Bedside is not for emergencies. In an emergency, call the emergency number of the country where you are.

What a doctor advises or prescribes is the responsibility of that doctor. You may close your account at any time; your medical record is kept for as long as the law asks for it.',
'2026-01-01', false),
('01930000-0000-7000-8000-000000000002', 'privacy', 'en', 1,
'We keep what you tell us about yourself, what doctors write about your health, and when you use Bedside. We need it to treat you and because the law asks for it.

Your record is encrypted. Only those who treat you read it, and each time that they do is written down. In an emergency other doctors and nurses may open it, and you are told.

We do not sell your data. You may ask for a copy of it, have mistakes corrected, and complain to the authority for data protection of your country.',
'2026-01-01', false),
('01930000-0000-7000-8000-000000000003', 'remote_care', 'en', 1,
'A visit on video or by phone is not the same as one in the clinic. The doctor cannot examine you with their hands, the connection may break, and some things can be judged only in person.

If the doctor thinks that you need to be examined, they ask you to come to the clinic. You may ask for a visit in the clinic at any time.

You may withdraw your agreement to remote care whenever you like. Visits that you have booked stay booked until you cancel them.',
'2026-01-01', false);
