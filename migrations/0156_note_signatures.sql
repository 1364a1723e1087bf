-- A doctor signs the note of a visit. A signed note has no further versions: what is new is an addendum, and a colleague may co-sign it or send it back. All rows here are
-- only added.
create table note_signatures (
  note_id uuid primary key references notes,
  -- The version that was signed, which is the newest one.
  version integer not null,
  signed_by uuid not null references users,
  signed_at timestamptz not null,
  foreign key (note_id, version) references note_versions
);
revoke update, delete, truncate on note_signatures from bedside_app;

create table note_addenda (
  id uuid primary key,
  note_id uuid not null references note_signatures,
  -- Encrypted with the patient's key.
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  written_at timestamptz not null
);
create index note_addenda_note on note_addenda (note_id, id);
revoke update, delete, truncate on note_addenda from bedside_app;

-- The doctor of a visit asks a colleague to co-sign.
create table cosignature_requests (
  id uuid primary key,
  note_id uuid not null references note_signatures,
  asked_user_id uuid not null references users,
  asked_by uuid not null references users,
  asked_at timestamptz not null,
  check (asked_user_id <> asked_by)
);
create index cosignature_requests_note on cosignature_requests (note_id, id);
create index cosignature_requests_asked on cosignature_requests (asked_user_id, id desc);
revoke update, delete, truncate on cosignature_requests from bedside_app;

-- What the colleague has answered, once.
create table cosignature_answers (
  request_id uuid primary key references cosignature_requests,
  answer text not null check (answer in ('signed', 'returned')),
  -- Encrypted with the patient's key. Whoever sends a note back says why.
  words_cipher bytea,
  answered_at timestamptz not null,
  check (answer = 'signed' or words_cipher is not null)
);
revoke update, delete, truncate on cosignature_answers from bedside_app;

-- The row of the note is locked, so that a new version and a signature wait for each other.
create function signed_note_is_frozen() returns trigger language plpgsql as $$
declare
  newest integer;
begin
  select n.latest into newest from notes n where n.id = new.note_id for update;
  if tg_table_name = 'note_versions' then
    if exists (select from note_signatures s where s.note_id = new.note_id) then
      raise exception 'note % is signed', new.note_id
        using errcode = 'integrity_constraint_violation', constraint = 'note_versions_frozen';
    end if;
  elsif new.version is distinct from newest then
    raise exception 'version % of note % is not the newest one', new.version, new.note_id
      using errcode = 'integrity_constraint_violation', constraint = 'note_signatures_newest';
  end if;
  return new;
end $$;
create trigger note_versions_frozen before insert or update on note_versions for each row execute function signed_note_is_frozen();
create trigger note_signatures_newest before insert on note_signatures for each row execute function signed_note_is_frozen();
