//! Mails about accounts.

use super::{super::letter::Letter, moment};
use crate::config::address::PublicUrl;
use domain::{identity::MailContent, notices::Mail};
use model::scheduling::ChosenTime;
use words::{Locale, role_name, say};

/// The query that leads back to a chosen time.
fn next(chosen: Option<ChosenTime>) -> String {
    let page = chosen.map(|chosen| kit::chosen::doctor_page(&chosen, None));
    kit::address::query(&[("next", page.as_deref())])
}

pub(super) fn letter(l: Locale, mail: &Mail, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::ConfirmEmail { token, chosen } => Letter {
            subject: say!(l, mail.confirm.subject).into(),
            paragraphs: vec![say!(l, mail.confirm.body).into()],
            button: Some((say!(l, mail.confirm.button).into(), url.link(&format!("/confirm/{token}{}", next(*chosen))))),
            after: vec![say!(l, mail.confirm.ignore).into()],
            ..Letter::default()
        },
        MailContent::SignUpRepeated { chosen } => Letter {
            subject: say!(l, mail.repeated.subject).into(),
            paragraphs: vec![say!(l, mail.repeated.body).into()],
            button: Some((say!(l, mail.repeated.button).into(), url.link(&format!("/sign-in{}", next(*chosen))))),
            after: vec![say!(l, mail.repeated.forgot).into()],
            ..Letter::default()
        },
        MailContent::ResetPassword { token, chosen } => Letter {
            subject: say!(l, mail.reset.subject).into(),
            paragraphs: vec![say!(l, mail.reset.body).into()],
            button: Some((say!(l, mail.reset.button).into(), url.link(&format!("/reset-password/{token}{}", next(*chosen))))),
            after: vec![say!(l, mail.reset.ignore).into()],
            ..Letter::default()
        },
        MailContent::Invitation { token, role, clinic, expires_at } => {
            let role = role_name(l, *role);
            let offer = match clinic {
                Some(clinic) => say!(l, mail.invitation.body_at, role = role, clinic = clinic.as_str()),
                None => say!(l, mail.invitation.body, role = role),
            };
            Letter {
                subject: say!(l, mail.invitation.subject).into(),
                paragraphs: vec![offer, say!(l, mail.invitation.until, time = moment(l, mail, *expires_at))],
                button: Some((say!(l, mail.invitation.button).into(), url.link(&format!("/invitation/{token}")))),
                after: vec![say!(l, mail.invitation.ignore).into()],
                ..Letter::default()
            }
        }
        MailContent::RoleChanged { before, role, clinic } => {
            let (before, role) = (role_name(l, *before), role_name(l, *role));
            let change = match clinic {
                Some(clinic) => say!(l, mail.role.changed_at, before = before, role = role, clinic = clinic.as_str()),
                None => say!(l, mail.role.changed, before = before, role = role),
            };
            Letter {
                subject: say!(l, mail.role.changed_subject).into(),
                paragraphs: vec![change, say!(l, mail.role.changed_after).into()],
                button: Some((say!(l, mail.role.button).into(), url.link("/sign-in"))),
                after: vec![say!(l, mail.role.mistake).into()],
                ..Letter::default()
            }
        }
        MailContent::RoleEnded { role, clinic } => {
            let role = role_name(l, *role);
            let end = match clinic {
                Some(clinic) => say!(l, mail.role.ended_at, role = role, clinic = clinic.as_str()),
                None => say!(l, mail.role.ended, role = role),
            };
            Letter {
                subject: say!(l, mail.role.ended_subject).into(),
                paragraphs: vec![end, say!(l, mail.role.ended_after).into()],
                after: vec![say!(l, mail.role.mistake).into()],
                ..Letter::default()
            }
        }
        MailContent::PasswordChanged => Letter {
            subject: say!(l, mail.password_changed.subject).into(),
            paragraphs: vec![say!(l, mail.password_changed.body).into(), say!(l, mail.password_changed.not_you).into()],
            button: Some((say!(l, mail.password_changed.button).into(), url.link("/reset-password"))),
            ..Letter::default()
        },
        MailContent::NewBrowserUsed { at, address } => {
            let mut facts = vec![(say!(l, mail.new_browser.when).into(), moment(l, mail, *at))];
            facts.extend(address.clone().map(|address| (say!(l, mail.new_browser.address).into(), address)));
            Letter {
                subject: say!(l, mail.new_browser.subject).into(),
                paragraphs: vec![say!(l, mail.new_browser.body).into(), say!(l, mail.new_browser.not_you).into()],
                facts,
                button: Some((say!(l, mail.new_browser.button).into(), url.link("/account/sessions"))),
                ..Letter::default()
            }
        }
        MailContent::CodesWrong => Letter {
            subject: say!(l, mail.second_factor.codes_wrong_subject).into(),
            paragraphs: vec![
                say!(l, mail.second_factor.codes_wrong).into(),
                say!(l, mail.second_factor.codes_wrong_not_you).into(),
            ],
            button: Some((say!(l, mail.password_changed.button).into(), url.link("/reset-password"))),
            ..Letter::default()
        },
        MailContent::SecondFactorSetUp => Letter {
            subject: say!(l, mail.second_factor.set_up_subject).into(),
            paragraphs: vec![say!(l, mail.second_factor.set_up).into(), say!(l, mail.second_factor.not_you).into()],
            button: Some((say!(l, mail.second_factor.button).into(), url.link("/account/second-factor"))),
            ..Letter::default()
        },
        MailContent::SecondFactorEnded => Letter {
            subject: say!(l, mail.second_factor.ended_subject).into(),
            paragraphs: vec![say!(l, mail.second_factor.ended).into(), say!(l, mail.second_factor.not_you).into()],
            button: Some((say!(l, mail.second_factor.button).into(), url.link("/account/second-factor"))),
            ..Letter::default()
        },
        MailContent::SecondFactorResetAsked { token, at } => Letter {
            subject: say!(l, mail.second_factor.reset_asked_subject).into(),
            paragraphs: vec![say!(l, mail.second_factor.reset_asked).into(), say!(l, mail.second_factor.stop).into()],
            facts: vec![(say!(l, mail.second_factor.when).into(), moment(l, mail, *at))],
            button: Some((say!(l, mail.second_factor.stop_button).into(), url.link(&format!("/second-factor/stop/{token}")))),
            ..Letter::default()
        },
        MailContent::PasskeyAdded => Letter {
            subject: say!(l, mail.passkey.added_subject).into(),
            paragraphs: vec![say!(l, mail.passkey.added).into(), say!(l, mail.passkey.added_not_you).into()],
            button: Some((say!(l, mail.passkey.button).into(), url.link("/account/passkeys"))),
            ..Letter::default()
        },
        MailContent::PasskeyRemoved => Letter {
            subject: say!(l, mail.passkey.removed_subject).into(),
            paragraphs: vec![say!(l, mail.passkey.removed).into(), say!(l, mail.passkey.removed_not_you).into()],
            button: Some((say!(l, mail.passkey.button).into(), url.link("/account/passkeys"))),
            ..Letter::default()
        },
        MailContent::PasskeyCopied => Letter {
            subject: say!(l, mail.passkey.copied_subject).into(),
            paragraphs: vec![say!(l, mail.passkey.copied).into(), say!(l, mail.passkey.copied_remove).into()],
            button: Some((say!(l, mail.passkey.button).into(), url.link("/account/passkeys"))),
            ..Letter::default()
        },
        MailContent::PhoneVerified => Letter {
            subject: say!(l, mail.phone.verified_subject).into(),
            paragraphs: vec![say!(l, mail.phone.verified).into(), say!(l, mail.phone.not_you).into()],
            button: Some((say!(l, mail.phone.button).into(), url.link("/account/phone"))),
            ..Letter::default()
        },
        MailContent::PhoneRemoved => Letter {
            subject: say!(l, mail.phone.removed_subject).into(),
            paragraphs: vec![say!(l, mail.phone.removed).into(), say!(l, mail.phone.not_you).into()],
            button: Some((say!(l, mail.phone.button).into(), url.link("/account/phone"))),
            ..Letter::default()
        },
        MailContent::EmailCode { code } => Letter {
            subject: say!(l, mail.email_change.code_subject).into(),
            paragraphs: vec![say!(l, mail.email_change.code_body).into()],
            facts: vec![(say!(l, mail.email_change.code).into(), code.clone())],
            after: vec![say!(l, mail.email_change.code_ignore).into()],
            ..Letter::default()
        },
        MailContent::EmailChanged => Letter {
            subject: say!(l, mail.email_change.changed_subject).into(),
            paragraphs: vec![say!(l, mail.email_change.changed).into(), say!(l, mail.email_change.changed_not_you).into()],
            ..Letter::default()
        },
        MailContent::AccountDeleted { until } => Letter {
            subject: say!(l, mail.deletion.deleted_subject).into(),
            paragraphs: vec![say!(l, mail.deletion.deleted).into(), say!(l, mail.deletion.kept).into()],
            facts: vec![(say!(l, mail.deletion.until).into(), moment(l, mail, *until))],
            button: Some((say!(l, mail.deletion.button).into(), url.link("/bring-back"))),
            after: vec![say!(l, mail.deletion.not_you).into()],
            ..Letter::default()
        },
        MailContent::AccountBroughtBack => Letter {
            subject: say!(l, mail.deletion.back_subject).into(),
            paragraphs: vec![say!(l, mail.deletion.back).into(), say!(l, mail.deletion.back_not_you).into()],
            button: Some((say!(l, mail.deletion.back_button).into(), url.link("/sign-in"))),
            ..Letter::default()
        },
        MailContent::ForeignIdentityLinked { email } => Letter {
            subject: say!(l, mail.foreign.linked_subject).into(),
            paragraphs: vec![say!(l, mail.foreign.linked, address = email.as_str()), say!(l, mail.foreign.linked_not_you).into()],
            button: Some((say!(l, mail.foreign.linked_button).into(), url.link("/account/sign-ins"))),
            ..Letter::default()
        },
        MailContent::TokenMade { name, until } => Letter {
            subject: say!(l, mail.token.made_subject).into(),
            paragraphs: vec![say!(l, mail.token.made).into(), say!(l, mail.token.not_you).into()],
            facts: vec![
                (say!(l, mail.token.name).into(), name.clone()),
                (say!(l, mail.token.until).into(), moment(l, mail, *until)),
            ],
            button: Some((say!(l, mail.token.button).into(), url.link("/account/tokens"))),
            ..Letter::default()
        },
        MailContent::AppConnected { app } => Letter {
            subject: say!(l, mail.app.connected_subject).into(),
            paragraphs: vec![say!(l, mail.app.connected).into(), say!(l, mail.app.not_you).into()],
            facts: vec![(say!(l, mail.app.name).into(), app.clone())],
            button: Some((say!(l, mail.app.button).into(), url.link("/account/apps"))),
            ..Letter::default()
        },
        MailContent::SecondFactorReset => Letter {
            subject: say!(l, mail.second_factor.reset_subject).into(),
            paragraphs: vec![say!(l, mail.second_factor.reset).into(), say!(l, mail.second_factor.not_you).into()],
            button: Some((say!(l, mail.second_factor.button).into(), url.link("/account/second-factor"))),
            ..Letter::default()
        },
    }
}
