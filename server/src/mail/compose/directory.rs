//! Mails about applications, and from the administration of accounts.

use super::{super::letter::Letter, moment};
use crate::config::address::PublicUrl;
use domain::{
    directory::{LicenceBrief, MailContent},
    notices::Mail,
};
use model::{
    format::{self, Names},
    text::direction::isolated,
};
use words::{Locale, say};

pub(super) fn letter(l: Locale, mail: &Mail, content: &MailContent, url: &PublicUrl) -> Letter {
    match content {
        MailContent::DoctorVerified { reason } => Letter {
            subject: say!(l, mail.verified.subject).into(),
            paragraphs: with_reason(say!(l, mail.verified.body), say!(l, mail.verified.words), reason),
            button: Some((say!(l, mail.verified.button).into(), url.link("/doctor/hours"))),
            ..Letter::default()
        },
        MailContent::DoctorRefused { reason } => Letter {
            subject: say!(l, mail.refused.subject).into(),
            paragraphs: with_reason(say!(l, mail.refused.body), say!(l, mail.refused.words), reason),
            button: Some((say!(l, mail.refused.button).into(), url.link("/doctor"))),
            ..Letter::default()
        },
        MailContent::DoctorMoreAsked { reason } => Letter {
            subject: say!(l, mail.more_asked.subject).into(),
            paragraphs: with_reason(say!(l, mail.more_asked.body), say!(l, mail.refused.words), reason),
            button: Some((say!(l, mail.refused.button).into(), url.link("/doctor"))),
            ..Letter::default()
        },
        MailContent::ClinicJoined { clinic } => Letter {
            subject: say!(l, mail.clinic_joined.subject).into(),
            paragraphs: vec![
                say!(l, mail.clinic_joined.body, name = clinic.as_str()),
                say!(l, mail.clinic_joined.next).to_owned(),
            ],
            button: Some((say!(l, mail.clinic_joined.button).into(), url.link("/doctor/hours"))),
            ..Letter::default()
        },
        MailContent::SpecialtiesChanged { specialties } => Letter {
            subject: say!(l, mail.specialties_changed.subject).into(),
            paragraphs: vec![
                say!(l, mail.specialties_changed.body).to_owned(),
                say!(l, mail.specialties_changed.next).to_owned(),
            ],
            facts: vec![(say!(l, mail.specialties_changed.now).into(), joined(specialties))],
            button: Some((say!(l, mail.specialties_changed.button).into(), url.link("/doctor/profile"))),
            ..Letter::default()
        },
        MailContent::UserSuspended { reason } => Letter {
            subject: say!(l, mail.suspended.subject).into(),
            paragraphs: with_reason(say!(l, mail.suspended.body), say!(l, mail.suspended.words), reason),
            ..Letter::default()
        },
        MailContent::UserRestored { reason } => Letter {
            subject: say!(l, mail.restored.subject).into(),
            paragraphs: with_reason(say!(l, mail.restored.body), say!(l, mail.restored.words), reason),
            button: Some((say!(l, mail.restored.button).into(), url.link("/sign-in"))),
            ..Letter::default()
        },
        MailContent::GlassBroken { by, at } => Letter {
            subject: say!(l, mail.glass.subject).into(),
            paragraphs: vec![say!(l, mail.glass.body, name = by.as_str()), say!(l, mail.glass.next).to_owned()],
            facts: vec![(say!(l, mail.glass.when).into(), moment(l, mail, *at))],
            ..Letter::default()
        },
        MailContent::AccessAnswered { access } => Letter {
            subject: say!(l, mail.access_answered.subject).into(),
            paragraphs: vec![say!(l, mail.access_answered.body).to_owned()],
            button: Some((say!(l, mail.access_answered.button).into(), url.link(&format!("/patient/accesses/{access}")))),
            ..Letter::default()
        },
        MailContent::ActingEnded { patient, representative, to_representative } => Letter {
            subject: say!(l, mail.acting_ended.subject).into(),
            paragraphs: vec![if *to_representative {
                say!(l, mail.acting_ended.to_representative, name = patient.as_str())
            } else {
                say!(l, mail.acting_ended.to_patient, name = representative.as_str())
            }],
            button: Some((say!(l, mail.acting_ended.button).into(), url.link("/account/family"))),
            ..Letter::default()
        },
        MailContent::ComingOfAge { child } => Letter {
            subject: say!(l, mail.coming_of_age.subject).into(),
            paragraphs: vec![
                say!(l, mail.coming_of_age.body, name = child.as_str()),
                say!(l, mail.coming_of_age.next, name = child.as_str()),
            ],
            button: Some((say!(l, mail.coming_of_age.button).into(), url.link("/account/family/hand-over"))),
            ..Letter::default()
        },
        MailContent::Handover { token, expires_at } => Letter {
            subject: say!(l, mail.handover.subject).into(),
            paragraphs: vec![say!(l, mail.handover.body).to_owned(), say!(l, mail.handover.next).to_owned()],
            facts: vec![(say!(l, mail.handover.until).into(), moment(l, mail, *expires_at))],
            button: Some((say!(l, mail.handover.button).into(), url.link(&format!("/handover/{token}")))),
            ..Letter::default()
        },
        MailContent::HandedOver { patient, to_guardian, until } => Letter {
            subject: say!(l, mail.handed_over.subject).into(),
            paragraphs: vec![match (*to_guardian, until.is_some()) {
                (true, true) => say!(l, mail.handed_over.to_guardian_stays, name = patient.as_str()),
                (true, false) => say!(l, mail.handed_over.to_guardian_ends, name = patient.as_str()),
                (false, true) => say!(l, mail.handed_over.to_patient_stays).to_owned(),
                (false, false) => say!(l, mail.handed_over.to_patient_ends).to_owned(),
            }],
            facts: until.iter().map(|until| (say!(l, mail.handed_over.until).into(), moment(l, mail, *until))).collect(),
            button: Some((say!(l, mail.handed_over.button).into(), url.link("/account/family"))),
            ..Letter::default()
        },
        MailContent::ActingBegun { patient, representative, to_representative, until } => Letter {
            subject: say!(l, mail.acting_begun.subject).into(),
            paragraphs: vec![if *to_representative {
                say!(l, mail.acting_begun.to_representative, name = patient.as_str())
            } else {
                say!(l, mail.acting_begun.to_patient, name = representative.as_str(), patient = patient.as_str())
            }],
            facts: vec![(say!(l, mail.acting_begun.until).into(), moment(l, mail, *until))],
            button: Some((say!(l, mail.acting_begun.button).into(), url.link("/account/family"))),
            ..Letter::default()
        },
        MailContent::LicenceApproved(brief) => Letter {
            subject: say!(l, mail.licence.approved_subject).into(),
            paragraphs: with_reason(say!(l, mail.licence.approved_body), say!(l, mail.verified.words), &brief.reply),
            ..about_licence(l, brief, url)
        },
        MailContent::LicenceRefused(brief) => Letter {
            subject: say!(l, mail.licence.refused_subject).into(),
            paragraphs: with_reason(say!(l, mail.licence.refused_body), say!(l, mail.refused.words), &brief.reply),
            ..about_licence(l, brief, url)
        },
        MailContent::LicenceMoreAsked(brief) => Letter {
            subject: say!(l, mail.licence.more_asked_subject).into(),
            paragraphs: with_reason(say!(l, mail.licence.more_asked_body), say!(l, mail.refused.words), &brief.reply),
            ..about_licence(l, brief, url)
        },
        MailContent::RecordsMerged { patient } => Letter {
            subject: say!(l, mail.records_merged.subject).into(),
            paragraphs: vec![
                say!(l, mail.records_merged.body, name = patient.as_str()),
                say!(l, mail.records_merged.next).to_owned(),
            ],
            ..Letter::default()
        },
        MailContent::RecordsSeparated { patient } => Letter {
            subject: say!(l, mail.records_separated.subject).into(),
            paragraphs: vec![
                say!(l, mail.records_separated.body, name = patient.as_str()),
                say!(l, mail.records_separated.next).to_owned(),
            ],
            ..Letter::default()
        },
        MailContent::LicenceNearEnd(brief) => Letter {
            subject: say!(l, mail.licence.near_end_subject).into(),
            paragraphs: vec![say!(l, mail.licence.near_end_body).to_owned(), say!(l, mail.licence.near_end_next).to_owned()],
            ..about_licence(l, brief, url)
        },
    }
}

/// The authority and the last day of a licence, and the way to it.
fn about_licence(l: Locale, brief: &LicenceBrief, url: &PublicUrl) -> Letter {
    Letter {
        facts: vec![
            (say!(l, mail.licence.authority).into(), isolated(&brief.authority).into_owned()),
            (say!(l, mail.licence.expires).into(), format::date_long(brief.expires_on, &Names::ENGLISH)),
        ],
        button: Some((say!(l, mail.licence.button).into(), url.link("/doctor/licences"))),
        ..Letter::default()
    }
}

/// A sentence, and the admin's reason if one was given.
fn with_reason(body: &str, lead: &str, reason: &str) -> Vec<String> {
    let mut paragraphs = vec![body.to_owned()];
    if !reason.trim().is_empty() {
        paragraphs.push(format!("{lead} {}", isolated(reason.trim())));
    }
    paragraphs
}

fn joined(texts: &[String]) -> String {
    texts.iter().map(|text| isolated(text)).collect::<Vec<_>>().join(", ")
}
