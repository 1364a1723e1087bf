//! What text messages about accounts say.

use super::store;
use crate::{
    Domain, Error, Result,
    identity::links,
    notifications::{UnsentText, mail_kinds},
};
use model::identity::PhoneNumber;
use sqlx::PgConnection;
use std::fmt;

mail_kinds! {
    /// The kinds of text messages about accounts.
    TextKind {
        /// The code that verifies a phone number.
        PhoneCode = "phone_code",
        /// The link for setting a new password.
        ResetPassword = "reset_password",
    }
}

/// The content of a text message. It says nothing about health.
#[derive(Clone, PartialEq, Eq)]
pub enum TextContent {
    /// The code that verifies a phone number.
    PhoneCode {
        /// The six digits.
        code: String,
    },
    /// The link for setting a new password.
    ResetPassword {
        /// The link's token.
        token: String,
    },
}

/// Keeps secrets out of logs.
impl fmt::Debug for TextContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextContent")
    }
}

impl TextContent {
    /// The number and the content of a message that is about to be sent; `None` when it is out of date: its code or link is over, or the number was removed.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        text: &UnsentText,
    ) -> Result<Option<(PhoneNumber, Self)>> {
        let kind = TextKind::parse(&text.kind).ok_or_else(|| Error::internal("an unknown kind of text message"))?;
        match kind {
            TextKind::PhoneCode => {
                let waiting = store::waiting(domain, connection, text.user).await?;
                let waiting = waiting.filter(|waiting| waiting.id.uuid() == text.subject);
                Ok(waiting.map(|waiting| (waiting.number, Self::PhoneCode { code: waiting.code })))
            }
            TextKind::ResetPassword => {
                let number = store::verified(domain, connection, text.user).await?;
                let token = links::open_token(domain, connection, text.subject).await?;
                Ok(number.zip(token).map(|(number, token)| (number, Self::ResetPassword { token })))
            }
        }
    }
}
