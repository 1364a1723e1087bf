-- What a signed-in user has typed into a form and not sent yet, so that a reload, a crash or the end of a session does not lose it.
--
-- One row for each user, form and subject. The text is encrypted with the key of the patient whom it is about, or with a key of the user.
-- Only its author can read it; it is deleted a week after the last change. A row without `cipher` remembers which page sent its form, so that a save which
-- that page had under way does not bring the draft back.
create table kept_drafts (
  user_id uuid not null references users on delete cascade,
  form text not null,
  subject text not null,
  patient_id uuid references patients on delete cascade,
  cipher bytea,
  -- The version of what the draft changes; empty when it makes something new.
  version text not null default '',
  saved_at timestamptz not null,
  -- The page that wrote it, by the key of its form, and the number of the change within that page.
  page text not null,
  change_number bigint not null,
  -- The page whose form was sent or whose draft was discarded last.
  closed_by text,
  primary key (user_id, form, subject)
);
create index kept_drafts_age on kept_drafts (saved_at);
