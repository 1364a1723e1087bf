//! The test mail sent while an installation is set up: it shows at once whether the mail server accepts mail.

use super::{Error, send::hand_over};
use crate::{command::chain, serve::AppState};
use kit::mail_test::{MailTest, MailTestFuture, MailTested};
use lettre::{
    Message,
    message::{Mailbox, SinglePart},
};
use model::ids::MailId;
use std::sync::Arc;
use words::{Locale, say};

/// The sender of test mails, for the context of pages.
#[must_use]
pub fn mail_test(state: AppState) -> MailTest {
    MailTest(Arc::new(move |address: String| -> MailTestFuture {
        let state = state.clone();
        Box::pin(async move {
            match send_test(&state, &address).await {
                Ok(()) if state.mailer.leaves() => MailTested::Taken,
                Ok(()) => MailTested::Written,
                Err(error) => {
                    tracing::warn!(error = chain(&error), "a test mail could not be sent");
                    MailTested::Refused
                }
            }
        })
    }))
}

/// English, like the page that sets up an installation.
async fn send_test(state: &AppState, address: &str) -> Result<(), Error> {
    let config = &state.config;
    let from = Mailbox::new(Some(config.mail.from_name.clone()), config.mail.from_address.parse().map_err(Error::From)?);
    let to = Mailbox::new(None, address.parse().map_err(Error::To)?);
    let id = state.domain.new_id::<MailId>();
    let l = Locale::en;
    let message = Message::builder()
        .from(from)
        .to(to)
        .message_id(Some(format!("<{}@{}>", id.uuid(), config.public_url.host())))
        .subject(say!(l, mail.test.subject))
        .singlepart(SinglePart::plain(say!(l, mail.test.body).to_owned()))?;
    hand_over(&state.mailer, message, &id.to_string()).await
}
