//! Mails about prescriptions. They say that there is one, and neither what was prescribed nor by whom.

use super::super::letter::Letter;
use crate::config::address::PublicUrl;
use domain::prescriptions::MailContent;
use words::{Locale, say};

pub(super) fn letter(l: Locale, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::Signed { prescription } => Letter {
            subject: say!(l, mail.prescription.subject).into(),
            paragraphs: vec![say!(l, mail.prescription.body).into()],
            button: Some((say!(l, mail.prescription.button).into(), url.link(&format!("/prescriptions/{prescription}")))),
            ..Letter::default()
        },
    }
}
