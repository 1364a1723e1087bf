//! Mails about accounts.

use super::super::letter::Letter;
use crate::config::address::PublicUrl;
use domain::identity::MailContent;
use words::{Locale, say};

pub(super) fn letter(l: Locale, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::ConfirmEmail { token } => Letter {
            subject: say!(l, mail.confirm.subject).into(),
            paragraphs: vec![say!(l, mail.confirm.body).into()],
            button: Some((say!(l, mail.confirm.button).into(), url.link(&format!("/confirm/{token}")))),
            after: vec![say!(l, mail.confirm.ignore).into()],
            ..Letter::default()
        },
        MailContent::SignUpRepeated => Letter {
            subject: say!(l, mail.repeated.subject).into(),
            paragraphs: vec![say!(l, mail.repeated.body).into()],
            button: Some((say!(l, mail.repeated.button).into(), url.link("/sign-in"))),
            after: vec![say!(l, mail.repeated.forgot).into()],
            ..Letter::default()
        },
        MailContent::ResetPassword { token } => Letter {
            subject: say!(l, mail.reset.subject).into(),
            paragraphs: vec![say!(l, mail.reset.body).into()],
            button: Some((say!(l, mail.reset.button).into(), url.link(&format!("/reset-password/{token}")))),
            after: vec![say!(l, mail.reset.ignore).into()],
            ..Letter::default()
        },
        MailContent::PasswordChanged => Letter {
            subject: say!(l, mail.password_changed.subject).into(),
            paragraphs: vec![say!(l, mail.password_changed.body).into(), say!(l, mail.password_changed.not_you).into()],
            button: Some((say!(l, mail.password_changed.button).into(), url.link("/reset-password"))),
            ..Letter::default()
        },
    }
}
