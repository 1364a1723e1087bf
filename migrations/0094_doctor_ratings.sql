-- The search for doctors shows how doctors are rated, and can leave out those who are rated worse. Ratings belong to visits, so visits publishes their sums.
create view doctor_rating with (security_invoker = true) as
  select doctor_id, count(*) as rated, sum(stars) as stars from ratings where hidden_at is null group by doctor_id;
comment on view doctor_rating is
  'Published by visits. How often each doctor was rated (rated) and the sum of the stars, one row for each doctor with a rating. Leaves out ratings that an administrator has hidden. Whoever shows it leaves out doctors with fewer ratings than model::visits::ratings::RATINGS_SHOWN_FROM.';
revoke insert, update, delete, truncate on doctor_rating from bedside_app;
