//! The events of all areas together, and the mails about them. What an event tells people is decided by its area (`<area>/notices.rs`), and delivered by
//! `notifications`, which knows no area. A use case emits events of its own area, so all areas are needed only here: to read what the outbox and the
//! table of mails contain.

use crate::{
    Domain, Error, Result, chat, directory, identity,
    notifications::{self, LiveNotice, MailNotice, Notices, Recipient, Round},
    prescriptions, records, scheduling, visits,
};
use jiff::Timestamp;
use model::{
    identity::PhoneNumber,
    ids::{MailId, TextId},
};
use serde::Deserialize;
use sqlx::PgConnection;

/// An event of any area. In the outbox it has the form that its area gives it: an object with its `kind`, which no two areas share.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Event {
    Identity(identity::Event),
    Directory(directory::Event),
    Scheduling(scheduling::Event),
    Visits(visits::Event),
    Chat(chat::Event),
    Records(records::Event),
    Prescriptions(prescriptions::Event),
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        match self {
            Self::Identity(event) => event.mails(connection, at).await,
            Self::Directory(event) => event.mails(connection, at).await,
            Self::Scheduling(event) => event.mails(connection, at).await,
            Self::Visits(event) => event.mails(connection, at).await,
            Self::Chat(event) => event.mails(connection, at).await,
            Self::Records(event) => event.mails(connection, at).await,
            Self::Prescriptions(event) => event.mails(connection, at).await,
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match self {
            Self::Identity(event) => event.live(connection, at).await,
            Self::Directory(event) => event.live(connection, at).await,
            Self::Scheduling(event) => event.live(connection, at).await,
            Self::Visits(event) => event.live(connection, at).await,
            Self::Chat(event) => event.live(connection, at).await,
            Self::Records(event) => event.live(connection, at).await,
            Self::Prescriptions(event) => event.live(connection, at).await,
        }
    }
}

/// A mail to send.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its id; the Message-ID is made from it.
    pub id: MailId,
    /// Who gets it.
    pub recipient: Recipient,
    /// When its event happened; this is the mail's date.
    pub created_at: Timestamp,
    /// The content.
    pub content: MailContent,
}

/// The content of a mail. It has no medical content beyond time, doctor and link.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// About an account.
    Identity(identity::MailContent),
    /// About an application, or from the administration of accounts.
    Directory(directory::MailContent),
    /// About an appointment.
    Scheduling(scheduling::MailContent),
    /// About a conversation.
    Chat(chat::MailContent),
    /// About the record.
    Records(records::MailContent),
    /// About a prescription.
    Prescriptions(prescriptions::MailContent),
}

/// A text message to send.
#[derive(Debug, Clone)]
pub struct Text {
    /// Its id.
    pub id: TextId,
    /// The number.
    pub to: PhoneNumber,
    /// The language tag of the account.
    pub language: String,
    /// The content.
    pub content: TextContent,
}

/// The content of a text message.
#[derive(Debug, Clone)]
pub enum TextContent {
    /// About an account.
    Identity(identity::TextContent),
    /// About an appointment.
    Scheduling(scheduling::TextContent),
}

/// What to do with a text message.
#[derive(Debug, Clone)]
pub enum TextJob {
    /// It is to be sent.
    Send(Text),
    /// It is out of date: its code, its link or its visit is over, or its number was removed.
    OutOfDate,
    /// It was sent, or has failed, or its recipient no longer exists.
    Done,
}

/// A kind of mail, by the area that has declared it.
#[derive(Debug)]
enum MailKind {
    Identity(identity::MailKind),
    Directory(directory::MailKind),
    Scheduling(scheduling::MailKind),
    Chat(chat::MailKind),
    Records(records::MailKind),
    Prescriptions(prescriptions::MailKind),
}

impl MailKind {
    fn parse(text: &str) -> Result<Self> {
        identity::MailKind::parse(text)
            .map(Self::Identity)
            .or_else(|| directory::MailKind::parse(text).map(Self::Directory))
            .or_else(|| scheduling::MailKind::parse(text).map(Self::Scheduling))
            .or_else(|| chat::MailKind::parse(text).map(Self::Chat))
            .or_else(|| records::MailKind::parse(text).map(Self::Records))
            .or_else(|| prescriptions::MailKind::parse(text).map(Self::Prescriptions))
            .ok_or_else(|| Error::internal("an unknown kind of mail"))
    }
}

/// Passes one batch of events on as live events, signals and mail jobs. When no event waits, this costs one statement.
///
/// # Errors
/// `database.unavailable`; the batch then stays for the next call.
pub async fn dispatch_once(domain: &Domain) -> Result<Round> {
    notifications::dispatch_once::<Event>(domain).await
}

/// The mail of a job, with the facts as of its event; `None` when it was already sent, or what it is about or its recipient no longer exists, which is noted then. A reminder
/// that is out of date is deleted.
///
/// # Errors
/// `database.unavailable`.
pub async fn mail_to_send(domain: &Domain, id: MailId) -> Result<Option<Mail>> {
    let mut connection = domain.pool().acquire().await?;
    let Some(mail) = notifications::unsent(&mut connection, id).await? else {
        notifications::mark_out_of_date(&mut connection, id).await?;
        return Ok(None);
    };
    let kind = MailKind::parse(&mail.kind)?;
    let is_about_a_visit = matches!(kind, MailKind::Scheduling(_));
    let content = match kind {
        MailKind::Identity(kind) => {
            identity::MailContent::of(domain, &mut connection, kind, &mail).await?.map(MailContent::Identity)
        }
        MailKind::Directory(kind) => {
            directory::MailContent::of(domain, &mut connection, kind, &mail).await?.map(MailContent::Directory)
        }
        MailKind::Scheduling(kind) => {
            scheduling::MailContent::of(&mut connection, kind, &mail, domain.now()).await?.map(MailContent::Scheduling)
        }
        MailKind::Chat(kind) => chat::MailContent::of(domain, &mut connection, kind, &mail).await?.map(MailContent::Chat),
        MailKind::Records(kind) => {
            records::MailContent::of(domain, &mut connection, kind, &mail).await?.map(MailContent::Records)
        }
        MailKind::Prescriptions(kind) => {
            prescriptions::MailContent::of(domain, &mut connection, kind, &mail).await?.map(MailContent::Prescriptions)
        }
    };
    let Some(content) = content else {
        if is_about_a_visit {
            notifications::withdraw(&mut connection, id).await?;
        } else {
            notifications::mark_out_of_date(&mut connection, id).await?;
        }
        return Ok(None);
    };
    Ok(Some(Mail { id, recipient: mail.recipient, created_at: mail.created_at, content }))
}

/// The text message of a job. Only accounts have text messages.
///
/// # Errors
/// `database.unavailable`.
pub async fn text_to_send(domain: &Domain, id: TextId) -> Result<TextJob> {
    let mut connection = domain.pool().acquire().await?;
    let Some(text) = notifications::unsent_text(&mut connection, id).await? else { return Ok(TextJob::Done) };
    // Nothing is sent to a deleted account.
    let Some(language) = text.language.clone() else { return Ok(TextJob::OutOfDate) };
    let content = if scheduling::TextKind::parse(&text.kind).is_some() {
        let content = scheduling::TextContent::of(domain, &mut connection, &text).await?;
        content.map(|(to, content)| (to, TextContent::Scheduling(content)))
    } else {
        let content = identity::TextContent::of(domain, &mut connection, &text).await?;
        content.map(|(to, content)| (to, TextContent::Identity(content)))
    };
    Ok(match content {
        Some((to, content)) => TextJob::Send(Text { id, to, language, content }),
        None => TextJob::OutOfDate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The area that an event was read by, and the event as this area stores it.
    fn stored(event: &Event) -> (&'static str, Value) {
        let (area, stored) = match event {
            Event::Identity(event) => ("identity", serde_json::to_value(event)),
            Event::Directory(event) => ("directory", serde_json::to_value(event)),
            Event::Scheduling(event) => ("scheduling", serde_json::to_value(event)),
            Event::Visits(event) => ("visits", serde_json::to_value(event)),
            Event::Chat(event) => ("chat", serde_json::to_value(event)),
            Event::Records(event) => ("records", serde_json::to_value(event)),
            Event::Prescriptions(event) => ("prescriptions", serde_json::to_value(event)),
        };
        (area, stored.expect("json"))
    }

    /// An earlier version may have left these in the outbox, and it reads what this version writes while both run.
    #[test]
    fn events_keep_the_form_that_earlier_versions_gave_them() {
        let (id, other) = ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
        for (area, body) in [
            ("identity", json!({"kind": "signed_up", "sign_up": id})),
            ("identity", json!({"kind": "user_signed_up", "user": id, "link": other})),
            ("identity", json!({"kind": "sign_up_repeated", "user": id})),
            ("identity", json!({"kind": "password_reset_requested", "user": id, "link": other})),
            ("identity", json!({"kind": "password_changed", "user": id})),
            ("identity", json!({"kind": "phone_verified", "user": id})),
            ("identity", json!({"kind": "phone_removed", "user": id})),
            ("identity", json!({"kind": "email_change_asked", "user": id, "change": other})),
            ("identity", json!({"kind": "email_changed", "user": id, "change": other})),
            ("identity", json!({"kind": "session_revoked", "user": id, "session": other})),
            ("directory", json!({"kind": "doctor_applied", "doctor": id})),
            ("directory", json!({"kind": "doctor_decided", "doctor": id, "decision": other})),
            ("directory", json!({"kind": "doctor_joined_clinic", "doctor": id, "clinic": other})),
            ("directory", json!({"kind": "doctor_specialties_changed", "doctor": id})),
            ("directory", json!({"kind": "user_suspended", "user": id, "suspension": other})),
            ("directory", json!({"kind": "user_restored", "user": id, "suspension": other})),
            ("directory", json!({"kind": "glass_broken", "glass": id})),
            ("directory", json!({"kind": "access_question_answered", "question": id})),
            ("directory", json!({"kind": "acting_ended", "patient": id, "user": other, "by": other})),
            ("directory", json!({"kind": "acting_begun", "paper": id})),
            ("directory", json!({"kind": "coming_of_age", "patient": id, "user": other})),
            ("directory", json!({"kind": "handover_offered", "handover": id})),
            ("directory", json!({"kind": "handed_over", "handover": id})),
            ("directory", json!({"kind": "licence_decided", "doctor": id, "licence": other})),
            ("directory", json!({"kind": "licence_near_end", "doctor": id, "licence": other})),
            ("directory", json!({"kind": "records_merged", "merge": id})),
            ("directory", json!({"kind": "records_separated", "merge": id})),
            ("scheduling", json!({"kind": "appointment_booked", "appointment": id})),
            ("scheduling", json!({"kind": "appointment_requested", "appointment": id})),
            ("scheduling", json!({"kind": "series_booked", "series": id})),
            ("scheduling", json!({"kind": "series_requested", "series": id})),
            ("scheduling", json!({"kind": "room_changed", "appointment": id})),
            ("scheduling", json!({"kind": "appointment_cancelled", "appointment": id})),
            ("scheduling", json!({"kind": "appointment_moved", "appointment": id, "from": "2026-11-24T10:30:00Z"})),
            ("scheduling", json!({"kind": "appointment_closed", "appointment": id, "how": "patient_absent"})),
            (
                "scheduling",
                json!({"kind": "visit_near", "appointment": id, "user": other, "starts_at": "2026-11-24T10:30:00Z", "ahead": "day"}),
            ),
            ("scheduling", json!({"kind": "follow_up_set", "appointment": id})),
            ("scheduling", json!({"kind": "follow_up_due", "appointment": id, "user": other})),
            ("scheduling", json!({"kind": "times_changed", "doctor": id})),
            ("scheduling", json!({"kind": "visit_type_managed", "doctor": id, "visit_type": other})),
            ("scheduling", json!({"kind": "time_offered", "offer": id})),
            ("scheduling", json!({"kind": "offer_ended", "offer": id})),
            ("visits", json!({"kind": "patient_arrived", "encounter": id})),
            ("visits", json!({"kind": "patient_left", "encounter": id})),
            ("visits", json!({"kind": "patient_admitted", "encounter": id})),
            ("visits", json!({"kind": "visit_ended", "encounter": id})),
            ("chat", json!({"kind": "message_sent", "thread": id, "message": other})),
            ("records", json!({"kind": "alarming_measurements", "encounter": id, "measurement": other})),
            ("records", json!({"kind": "cosignature_asked", "cosignature": id})),
            ("records", json!({"kind": "letter_issued", "letter": id})),
            ("records", json!({"kind": "letter_withdrawn", "letter": id})),
            ("records", json!({"kind": "cosignature_answered", "cosignature": id})),
            ("chat", json!({"kind": "conversation_message_sent", "thread": id, "message": other})),
            ("chat", json!({"kind": "conversation_changed", "thread": id})),
            ("prescriptions", json!({"kind": "prescription_signed", "prescription": id})),
            ("prescriptions", json!({"kind": "prescription_cancelled", "prescription": id})),
        ] {
            let event: Event = serde_json::from_value(body.clone()).expect("an event");
            assert_eq!(stored(&event), (area, body));
        }
        assert!(serde_json::from_value::<Event>(json!({"kind": "nothing_happened", "user": id})).is_err());
    }

    #[test]
    fn kinds_of_mail_keep_their_texts() {
        for (area, kind) in [
            ("identity", "confirm_email"),
            ("identity", "sign_up_repeated"),
            ("identity", "reset_password"),
            ("identity", "password_changed"),
            ("identity", "phone_verified"),
            ("identity", "phone_removed"),
            ("identity", "email_code"),
            ("identity", "email_changed"),
            ("directory", "doctor_decided"),
            ("directory", "clinic_joined"),
            ("directory", "specialties_changed"),
            ("directory", "user_suspended"),
            ("directory", "user_restored"),
            ("directory", "glass_broken"),
            ("directory", "access_answered"),
            ("directory", "acting_ended"),
            ("directory", "acting_begun"),
            ("directory", "coming_of_age"),
            ("directory", "handover"),
            ("directory", "handed_over"),
            ("directory", "licence_decided"),
            ("directory", "licence_near_end"),
            ("directory", "records_merged"),
            ("directory", "records_separated"),
            ("scheduling", "appointment_booked"),
            ("scheduling", "appointment_requested"),
            ("scheduling", "series_booked"),
            ("scheduling", "series_requested"),
            ("scheduling", "appointment_cancelled"),
            ("scheduling", "appointment_moved"),
            ("scheduling", "appointment_closed"),
            ("scheduling", "visit_near"),
            ("scheduling", "follow_up_due"),
            ("scheduling", "time_offered"),
            ("scheduling", "visit_type_managed"),
            ("chat", "conversation_message"),
            ("records", "letter"),
            ("prescriptions", "prescription_signed"),
        ] {
            let (found, text): (&str, &str) = match MailKind::parse(kind).expect("a kind") {
                MailKind::Identity(kind) => ("identity", kind.into()),
                MailKind::Directory(kind) => ("directory", kind.into()),
                MailKind::Scheduling(kind) => ("scheduling", kind.into()),
                MailKind::Chat(kind) => ("chat", kind.into()),
                MailKind::Records(kind) => ("records", kind.into()),
                MailKind::Prescriptions(kind) => ("prescriptions", kind.into()),
            };
            assert_eq!((found, text), (area, kind));
        }
        assert!(MailKind::parse("newsletter").is_err());
    }
}
