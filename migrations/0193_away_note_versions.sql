-- What patients have read while somebody was away, in each version. The audit log names the version before a change and the one after it, and this table says what they were.
create table away_note_versions (
  note_id uuid not null references away_notes,
  version integer not null check (version >= 1),
  body text not null,
  until date,
  set_by uuid not null references users,
  set_at timestamptz not null,
  primary key (note_id, version)
);
insert into away_note_versions (note_id, version, body, until, set_by, set_at)
  select id, version, body, until, set_by, set_at from away_notes;
revoke update, delete, truncate on away_note_versions from bedside_app;
