-- A name in Latin letters beside the one that its owner writes: printed documents cannot show every script yet (ADR 12).
alter table users add column latin_name text;
alter table patients add column latin_name text;
