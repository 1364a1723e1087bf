-- Each item of the timeline can be shared by a link: also letters, measurements and allergies.
alter table record_shares
  drop constraint record_shares_kind_check,
  add constraint record_shares_kind_check
    check (kind in ('visit', 'prescription', 'entry', 'document', 'letter', 'measurement', 'allergy'));
