-- A doctor may want to answer before a visit of a type is agreed. Then a booking is a request: it occupies the time, and ends by itself if nobody answers.
alter table visit_types add column needs_approval boolean not null default false;

alter table appointments
  -- Until when a request must be answered; null for appointments that needed no answer.
  add column answer_by timestamptz;
create index appointments_unanswered on appointments (answer_by) where state = 'requested' and answer_by is not null;
