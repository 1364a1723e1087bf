-- Which refresh token an access or refresh token was made from. A client that sends the same refresh token again within seconds (parallel
-- requests, a lost answer) gets the pair that was made the first time; the tokens themselves are derived and not kept (ADR 13).
-- The index also makes a second pair from the same token impossible.
alter table api_tokens add column predecessor_id uuid references api_tokens on delete set null;
create unique index api_tokens_predecessor on api_tokens (predecessor_id, kind) where predecessor_id is not null;
