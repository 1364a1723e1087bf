-- The link that confirms an email address signs in the browser in which the account was made, and no other (ADR 22). This is the hash of a secret that
-- only this browser has, in a cookie; null for links that only confirm.
alter table links add column browser_hash bytea;
