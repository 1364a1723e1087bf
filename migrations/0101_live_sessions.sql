-- A push message is sent only to a browser in which its user is still signed in.
create view live_session with (security_invoker = true) as
  select s.id as session_id, s.user_id, s.expires_at from sessions s join users u on u.id = s.user_id
  where s.revoked_at is null and s.credential_epoch = u.credential_epoch and u.suspended_at is null and u.deleted_at is null;
comment on view live_session is
  'Published by identity. The sessions that were not ended; whether the time of one is over, expires_at says. Leaves out the browser and the place of a session, and how long it was not used.';
revoke insert, update, delete, truncate on live_session from bedside_app;
