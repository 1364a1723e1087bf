-- The staff of a clinic look for patients by name, number, phone and date of birth.

-- The folded form of the name, as users and doctors have it since 0011. Null means "not folded yet"; `domain::schema::fold_names` fills it after the migrations.
alter table patients add column name_search text;
create index patients_name_search_trgm on patients using gin (name_search gin_trgm_ops);
create index patients_name_unfolded on patients (id) where name_search is null;
-- Nothing compares the name as it is written.
drop index patients_name_trgm;

create index patients_born on patients (date_of_birth);
