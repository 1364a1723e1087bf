-- What happened, to be told after commit: the outbox, the live events that it becomes, and the mails. The dispatcher takes rows below the
-- snapshot's xmin and deletes them in the transaction that passes them on.

create table outbox_events (
  id uuid primary key,
  era smallint not null,
  xid xid8 not null default pg_current_xact_id(),
  number bigint generated always as identity,
  at timestamptz not null,
  kind text not null,
  -- Ids only; no clinical text.
  body jsonb not null
);
create index outbox_events_order on outbox_events (era, xid, number);

-- Durable events of a user's own stream, numbered after commit by the dispatcher; kept seven days.
create table live_counters (
  user_id uuid primary key references users,
  last bigint not null
);
create table live_events (
  user_id uuid not null references users,
  number bigint not null,
  kind text not null,
  resource_id uuid not null,
  at timestamptz not null,
  primary key (user_id, number)
);
create index live_events_age on live_events (at);

-- Signaling between copies of the server: passing, so unlogged; the id travels in NOTIFY.
create unlogged table live_signals (
  id bigint generated always as identity primary key,
  body bytea not null,
  at timestamptz not null
);

-- One row per mail. The id is derived from event and recipient, so a repeat is the same mail with the same Message-ID.
create table mails (
  id uuid primary key,
  event_id uuid not null,
  kind text not null,
  -- What it is about: a link, an appointment, a decision.
  subject_id uuid,
  user_id uuid not null references users,
  state text not null check (state in ('queued', 'sent', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index mails_state on mails (state, created_at);

create table idempotency_keys (
  user_id uuid not null references users,
  key text not null,
  use_case text not null,
  -- HMAC of the request: the same key with another request is refused.
  request_mac bytea not null,
  resource_id uuid,
  created_at timestamptz not null,
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- What was typed into a form that was refused, encrypted with a key that only the form's address knows.
create table form_drafts (
  token_hash bytea primary key,
  cipher bytea not null,
  expires_at timestamptz not null
);
create index form_drafts_expiry on form_drafts (expires_at);
