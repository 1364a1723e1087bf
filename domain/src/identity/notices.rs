//! What happens to accounts, and what people are told about it.

use super::links;
use crate::{
    Domain, Result,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds},
};
use model::{
    ids::{SessionId, UserId},
    scheduling::ChosenTime,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Somebody created an account; the link confirms its email address.
    UserSignedUp {
        /// The new account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// Somebody tried to sign up with an email address that has an account.
    SignUpRepeated {
        /// The account that exists.
        user: UserId,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// Somebody requested a new password.
    PasswordResetRequested {
        /// The account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// The password was changed.
    PasswordChanged {
        /// The account.
        user: UserId,
    },
    /// A session was ended, by its owner or by an admin.
    SessionRevoked {
        /// The account.
        user: UserId,
        /// The session.
        session: SessionId,
    },
}

mail_kinds! {
    /// The kinds of mail about accounts.
    MailKind {
        /// The link that confirms an email address.
        ConfirmEmail = "confirm_email",
        /// Somebody tried to sign up with an address that has an account.
        SignUpRepeated = "sign_up_repeated",
        /// The link for setting a new password.
        ResetPassword = "reset_password",
        /// The password was changed.
        PasswordChanged = "password_changed",
    }
}

/// The content of a mail about an account.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// The link that confirms an email address.
    ConfirmEmail {
        /// The link's token.
        token: String,
        /// The time to which the link leads back.
        chosen: Option<ChosenTime>,
    },
    /// Somebody tried to sign up with this address.
    SignUpRepeated {
        /// The time to which the link leads back.
        chosen: Option<ChosenTime>,
    },
    /// The link for setting a new password.
    ResetPassword {
        /// The link's token.
        token: String,
        /// The time to which the link leads back.
        chosen: Option<ChosenTime>,
    },
    /// The password was changed.
    PasswordChanged,
}

/// What the link of a mail needs beyond its token.
#[derive(Default, Serialize, Deserialize)]
struct LinkFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen: Option<ChosenTime>,
}

impl Notices for Event {
    async fn mails(&self, _: &mut PgConnection) -> Result<Vec<MailNotice>> {
        Ok(match *self {
            Self::UserSignedUp { user, link, chosen } => {
                vec![MailNotice::new(user, MailKind::ConfirmEmail).about(link).with_facts(&LinkFacts { chosen })?]
            }
            Self::SignUpRepeated { user, chosen } => {
                vec![MailNotice::new(user, MailKind::SignUpRepeated).with_facts(&LinkFacts { chosen })?]
            }
            Self::PasswordResetRequested { user, link, chosen } => {
                vec![MailNotice::new(user, MailKind::ResetPassword).about(link).with_facts(&LinkFacts { chosen })?]
            }
            Self::PasswordChanged { user } => vec![MailNotice::new(user, MailKind::PasswordChanged)],
            Self::SessionRevoked { .. } => Vec::new(),
        })
    }

    async fn live(&self, _: &mut PgConnection) -> Result<Vec<LiveNotice>> {
        Ok(match *self {
            Self::SessionRevoked { user, session } => {
                vec![LiveNotice::Live { user, kind: LiveKind::SessionRevoked, resource: session.uuid() }]
            }
            Self::UserSignedUp { .. }
            | Self::SignUpRepeated { .. }
            | Self::PasswordResetRequested { .. }
            | Self::PasswordChanged { .. } => Vec::new(),
        })
    }
}

impl MailContent {
    /// The content of a mail that is about to be sent.
    pub(crate) fn of(domain: &Domain, kind: MailKind, mail: &UnsentMail) -> Result<Self> {
        let chosen = || Ok::<_, crate::Error>(mail.facts::<LinkFacts>()?.unwrap_or_default().chosen);
        Ok(match kind {
            MailKind::ConfirmEmail => Self::ConfirmEmail { token: links::token(domain, mail.subject()?), chosen: chosen()? },
            MailKind::SignUpRepeated => Self::SignUpRepeated { chosen: chosen()? },
            MailKind::ResetPassword => Self::ResetPassword { token: links::token(domain, mail.subject()?), chosen: chosen()? },
            MailKind::PasswordChanged => Self::PasswordChanged,
        })
    }
}
