//! Mails about conversations. They say that there is a message, and neither from whom nor what it says.

use super::super::letter::Letter;
use crate::config::address::PublicUrl;
use domain::chat::MailContent;
use words::{Locale, say};

pub(super) fn letter(l: Locale, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::ConversationMessage { thread, to_doctor } => {
            let folder = if *to_doctor { "/doctor/messages" } else { "/messages" };
            Letter {
                subject: say!(l, mail.conversation.subject).into(),
                paragraphs: vec![say!(l, mail.conversation.body).into()],
                button: Some((say!(l, mail.conversation.button).into(), url.link(&format!("{folder}/{thread}")))),
                after: vec![say!(l, mail.conversation.hint).into()],
                ..Letter::default()
            }
        }
    }
}
