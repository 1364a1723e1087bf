//! What the mails about accounts say.

use super::{LinkFacts, MailKind, RoleFacts};
use crate::{
    Domain, Result,
    identity::{apps, deletion, email_change, foreign, invitations, limited, links, roles, second_factor, sessions, sign_ups},
    notifications::UnsentMail,
};
use jiff::Timestamp;
use model::{access::Role, scheduling::ChosenTime};
use sqlx::PgConnection;

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
    /// The link that accepts a role.
    Invitation {
        /// The link's token.
        token: String,
        /// The role.
        role: Role,
        /// The name of the clinic; `None` for all clinics.
        clinic: Option<String>,
        /// Until when the link can be followed.
        expires_at: Timestamp,
    },
    /// A role was changed.
    RoleChanged {
        /// The role that has ended.
        before: Role,
        /// The new role.
        role: Role,
        /// The name of the clinic; `None` for all clinics.
        clinic: Option<String>,
    },
    /// A role has ended.
    RoleEnded {
        /// The role.
        role: Role,
        /// The name of the clinic; `None` for all clinics.
        clinic: Option<String>,
    },
    /// The password was changed.
    PasswordChanged,
    /// Somebody signed in in a browser that is new for the account.
    NewBrowserUsed {
        /// When.
        at: Timestamp,
        /// The network address, if it is known.
        address: Option<String>,
    },
    /// Somebody who knew the password typed wrong codes.
    CodesWrong,
    /// A second factor was set up.
    SecondFactorSetUp,
    /// The second factor was given up.
    SecondFactorEnded,
    /// The second factor will be turned off, as an admin has asked.
    SecondFactorResetAsked {
        /// The token of the link that stops it.
        token: String,
        /// When it will be turned off.
        at: Timestamp,
    },
    /// The second factor was turned off, as an admin had asked.
    SecondFactorReset,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was refused, because there may be a copy of it.
    PasskeyCopied,
    /// A phone number was verified.
    PhoneVerified,
    /// The verified phone number was removed.
    PhoneRemoved,
    /// The code that confirms another email address.
    EmailCode {
        /// The six digits.
        code: String,
    },
    /// The account has another email address.
    EmailChanged,
    /// The account is deleted, and can be brought back.
    AccountDeleted {
        /// Until when it can be brought back.
        until: Timestamp,
    },
    /// A deleted account was brought back.
    AccountBroughtBack,
    /// An identity at a foreign provider was linked.
    ForeignIdentityLinked {
        /// The address of the identity at its provider.
        email: String,
    },
    /// A personal token was made.
    TokenMade {
        /// What its owner calls it.
        name: String,
        /// Until when it works.
        until: Timestamp,
    },
    /// An app was connected.
    AppConnected {
        /// The name of the app.
        app: String,
    },
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when its link is gone.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
    ) -> Result<Option<Self>> {
        let chosen = || Ok::<_, crate::Error>(mail.facts::<LinkFacts>()?.unwrap_or_default().chosen);
        let token = match kind {
            MailKind::ConfirmEmail => sign_ups::token(domain, connection, mail.subject()?).await?,
            MailKind::ResetPassword => links::token(domain, connection, mail.subject()?).await?,
            MailKind::SignUpRepeated
            | MailKind::Invitation
            | MailKind::RoleChanged
            | MailKind::RoleEnded
            | MailKind::PasswordChanged
            | MailKind::NewBrowserUsed
            | MailKind::CodesWrong
            | MailKind::SecondFactorSetUp
            | MailKind::SecondFactorEnded
            | MailKind::SecondFactorResetAsked
            | MailKind::SecondFactorReset
            | MailKind::PasskeyAdded
            | MailKind::PasskeyRemoved
            | MailKind::PasskeyCopied
            | MailKind::PhoneVerified
            | MailKind::PhoneRemoved
            | MailKind::EmailCode
            | MailKind::EmailChanged
            | MailKind::AccountDeleted
            | MailKind::AccountBroughtBack
            | MailKind::ForeignIdentityLinked
            | MailKind::TokenMade
            | MailKind::AppConnected => None,
        };
        Ok(match (kind, token) {
            (MailKind::ConfirmEmail, Some(token)) => Some(Self::ConfirmEmail { token, chosen: chosen()? }),
            (MailKind::ResetPassword, Some(token)) => Some(Self::ResetPassword { token, chosen: chosen()? }),
            (MailKind::ConfirmEmail | MailKind::ResetPassword, None) => None,
            (MailKind::SignUpRepeated, _) => Some(Self::SignUpRepeated { chosen: chosen()? }),
            (MailKind::Invitation, _) => {
                let letter = invitations::letter(domain, connection, mail.subject()?.into()).await?;
                letter.map(|invitations::Letter { token, role, clinic, expires_at }| Self::Invitation {
                    token,
                    role,
                    clinic,
                    expires_at,
                })
            }
            (MailKind::RoleChanged, _) => {
                let facts = mail.facts::<RoleFacts>()?;
                let new = roles::for_mail(connection, mail.subject()?.into()).await?;
                new.zip(facts).map(|((role, clinic), RoleFacts { before })| Self::RoleChanged { before, role, clinic })
            }
            (MailKind::RoleEnded, _) => {
                let ended = roles::for_mail(connection, mail.subject()?.into()).await?;
                ended.map(|(role, clinic)| Self::RoleEnded { role, clinic })
            }
            (MailKind::PasswordChanged, _) => Some(Self::PasswordChanged),
            (MailKind::NewBrowserUsed, _) => sessions::began(connection, mail.subject()?.into())
                .await?
                .map(|(at, address)| Self::NewBrowserUsed { at, address }),
            (MailKind::CodesWrong, _) => Some(Self::CodesWrong),
            (MailKind::SecondFactorSetUp, _) => Some(Self::SecondFactorSetUp),
            (MailKind::SecondFactorEnded, _) => Some(Self::SecondFactorEnded),
            (MailKind::SecondFactorResetAsked, _) => second_factor::reset_for_mail(domain, connection, mail.subject()?)
                .await?
                .map(|(token, at)| Self::SecondFactorResetAsked { token, at }),
            (MailKind::SecondFactorReset, _) => Some(Self::SecondFactorReset),
            (MailKind::PasskeyAdded, _) => Some(Self::PasskeyAdded),
            (MailKind::PasskeyRemoved, _) => Some(Self::PasskeyRemoved),
            (MailKind::PasskeyCopied, _) => Some(Self::PasskeyCopied),
            (MailKind::PhoneVerified, _) => Some(Self::PhoneVerified),
            (MailKind::PhoneRemoved, _) => Some(Self::PhoneRemoved),
            (MailKind::EmailCode, _) => {
                email_change::code_for_mail(domain, connection, mail.subject()?).await?.map(|code| Self::EmailCode { code })
            }
            (MailKind::EmailChanged, _) => Some(Self::EmailChanged),
            (MailKind::AccountDeleted, _) => {
                Some(Self::AccountDeleted { until: deletion::final_at(connection, mail.subject()?).await? })
            }
            (MailKind::AccountBroughtBack, _) => Some(Self::AccountBroughtBack),
            (MailKind::ForeignIdentityLinked, _) => {
                foreign::for_mail(connection, mail.subject()?).await?.map(|email| Self::ForeignIdentityLinked { email })
            }
            (MailKind::TokenMade, _) => {
                limited::for_mail(connection, mail.subject()?.into()).await?.map(|(name, until)| Self::TokenMade { name, until })
            }
            (MailKind::AppConnected, _) => {
                apps::for_mail(connection, mail.subject()?.into()).await?.map(|app| Self::AppConnected { app })
            }
        })
    }
}
