//! Mails about the record. They say that there is something to read, and nothing of what it says.

use super::super::letter::Letter;
use crate::config::address::PublicUrl;
use domain::records::MailContent;
use words::{Locale, say};

pub(super) fn letter(l: Locale, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::Letter { letter } => Letter {
            subject: say!(l, mail.letter.subject).into(),
            paragraphs: vec![say!(l, mail.letter.body).into()],
            button: Some((say!(l, mail.letter.button).into(), url.link(&format!("/letters/{letter}")))),
            ..Letter::default()
        },
    }
}
