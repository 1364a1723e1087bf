-- Setting up an empty installation: the organisation, and the links that open the page on which it is set up.

create table organisation (
  -- There is one organisation.
  only_one boolean primary key default true check (only_one),
  name text not null,
  set_up_by uuid not null references users,
  set_up_at timestamptz not null
);
revoke update, delete, truncate on organisation from bedside_app;

-- A link is printed where the server or a command was started, works once, and only while nobody is an administrator. Only the hash is kept.
create table setup_links (
  id uuid primary key,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
revoke delete, truncate on setup_links from bedside_app;
