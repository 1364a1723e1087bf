-- An administrator changes the specialties of a verified doctor, and each change is a version of the profile. The slugs are kept, because they never
-- change. Null in versions that were kept before this.
alter table doctor_versions add column specialties text[];
