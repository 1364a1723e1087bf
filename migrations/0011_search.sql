-- Searches compare folded text (`model::text::fold`), so that `Lukasz` finds `Łukasz`. Only Rust can fold, so it writes the folded form next
-- to each name. Null means "not folded yet": rows from before this migration, or from a server of the version before. They are filled in
-- after the migrations have run (`domain::db::migrate`).
alter table users add column name_search text;
create index users_name_search_trgm on users using gin (name_search gin_trgm_ops);
create index users_name_unfolded on users (id) where name_search is null;
drop index users_display_name_trgm;

alter table doctors add column name_search text;
create index doctors_name_search_trgm on doctors using gin (name_search gin_trgm_ops);
create index doctors_name_unfolded on doctors (id) where name_search is null;
drop index doctors_name_trgm;

-- The words of a diagnosis are made in Rust too, with British and American spellings and plurals. Stems are gone from them, because the
-- beginning of a word (`hypertensi`) is often longer than its stem (`hypertens`). Rows with an older `words_version` are written again when
-- the server starts; until then the old words stay, so that the version before goes on finding codes.
alter table icd10cm alter column words drop expression;
alter table icd10cm alter column words drop not null;
alter table icd10cm add column words_version smallint not null default 0;
