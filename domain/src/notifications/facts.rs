//! The facts of a mail, as they were when its event happened.
//!
//! A mail may be sent minutes or days after its event: the worker was down, the mail server refused it, an admin sends dead mails again. By then the
//! appointment may be cancelled, or the name corrected. So a mail is written in the transaction of its event, with everything that could change in
//! the meantime. What cannot change (a link, a decision, a suspension) is read by its id when the mail is sent.

use crate::Result;
use model::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

/// The facts of one mail, stored in `mails.facts` until it is sent: one flat object.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    #[serde(flatten)]
    pub(super) recipient: Recipient,
    /// What the area of the event has added.
    #[serde(flatten)]
    pub(super) of_area: Value,
}

/// Who gets a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recipient {
    /// The address of the account: the part before the `@` as its owner wrote it, and the domain in A-labels (`EmailAddress::as_str`).
    pub to: String,
    /// The person's name. Empty while nobody has proved that the address is theirs: the name may be anything that a stranger typed.
    pub name: String,
    /// The person's language.
    pub language: String,
    /// The person's time zone.
    pub time_zone: String,
}

/// The recipient as of now; `None` when the account no longer exists.
pub(super) async fn recipient_now(connection: &mut PgConnection, user: UserId) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "select email as \"email!\", case when email_confirmed_at is null then '' else name end as \"name!\", language as \"language!\", time_zone as \"time_zone!\" from account where user_id = $1 and email <> ''",
        user.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Recipient { to: row.email, name: row.name, language: row.language, time_zone: row.time_zone }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_of_the_area_are_stored_next_to_those_of_the_recipient() {
        let recipient =
            json!({"to": "amara@people.example", "name": "Amara Osei", "language": "en", "time_zone": "Europe/London"});
        let mut with_appointment = recipient.clone();
        with_appointment["appointment"] = json!({"version": 1});
        for (stored, of_area) in [(recipient, json!({})), (with_appointment, json!({"appointment": {"version": 1}}))] {
            let facts: Facts = serde_json::from_value(stored.clone()).expect("facts");
            assert_eq!((facts.recipient.name.as_str(), &facts.of_area), ("Amara Osei", &of_area));
            assert_eq!(serde_json::to_value(facts).expect("json"), stored);
        }
    }
}
