-- Browsers that take push messages (Web Push: RFC 8030, 8291, 8292). One ends with the session that has added it.
create table push_subscriptions (
  id uuid primary key,
  user_id uuid not null references users,
  session_id uuid not null references sessions on delete cascade,
  -- SHA-256 of the address at the push service. The address has a secret that nobody guesses, so the hash needs no salt.
  endpoint_hash bytea not null unique,
  -- The address and the browser's keys, encrypted with a key of the installation: whoever has them can send to the browser.
  address_cipher bytea not null,
  -- The public key of ours that the browser knows; messages must be signed with its other half.
  signer bytea not null,
  user_agent text,
  added_at timestamptz not null
);
create index push_subscriptions_user on push_subscriptions (user_id, added_at);
create index push_subscriptions_session on push_subscriptions (session_id);
revoke truncate on push_subscriptions from bedside_app;
