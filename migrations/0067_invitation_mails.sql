-- The mail of an invitation goes to an address that nobody has confirmed, so it is sent again only a few times a day.
alter table invitations
  add column mails integer not null default 1 check (mails > 0),
  add column mails_since timestamptz;
comment on column invitations.mails is 'How many mails were sent in the day that began at mails_since.';
comment on column invitations.mails_since is 'When that day began; null while it is the day that began with the invitation.';
