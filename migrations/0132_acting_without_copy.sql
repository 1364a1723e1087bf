-- Whoever lets somebody act for a patient adds the document as a file first, or says why no copy of it is kept. Rights from before this have neither.
alter table acting_papers
  -- Encrypted with the patient's key.
  add column no_copy_cipher bytea;
