//! What became of mails and text messages, for support.

use crate::{ids::UserId, wire::words};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

words! {
    /// How something is delivered.
    DeliveryWay {
        /// By e-mail.
        Mail = "mail",
        /// By a text message (SMS).
        Text = "text",
    }
}

words! {
    /// What became of a mail or a text message.
    DeliveryState {
        /// It waits, or is tried again.
        Queued = "queued",
        /// The next server has taken it.
        Sent = "sent",
        /// It has arrived; known of text messages only.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
        /// It was not sent, because what it is about was over by then.
        OutOfDate = "out_of_date",
    }
}

/// A place in the list of deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryCursor {
    /// When the last delivery of the page before was written.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// The text is not a place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of deliveries")]
pub struct NotACursor;

impl fmt::Display for DeliveryCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.as_microsecond(), self.id)
    }
}

impl FromStr for DeliveryCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (micros, id) = text.split_once('~').ok_or(NotACursor)?;
        let micros = micros.parse().map_err(|_| NotACursor)?;
        let at = Timestamp::from_microsecond(micros).map_err(|_| NotACursor)?;
        Ok(Self { at, id: id.parse().map_err(|_| NotACursor)? })
    }
}

/// A mail or a text message. What it says is not here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: Uuid,
    /// How it is delivered.
    pub way: DeliveryWay,
    /// What it is about, as a word of the program: `reset_password`.
    pub kind: String,
    /// The person; none when it went to an address without an account.
    pub user: Option<UserId>,
    /// The person's name.
    pub name: Option<String>,
    /// The last digits of the number of a text message.
    pub masked: Option<String>,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the newest try failed: a code or an answer of the next server.
    pub error: Option<String>,
    /// When it was written.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_keeps_its_place() {
        let cursor = DeliveryCursor { at: Timestamp::constant(1_795_510_800, 123_456_000), id: Uuid::from_u128(7) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "1", "1~x", "x~00000000-0000-0000-0000-000000000007"] {
            assert_eq!(text.parse::<DeliveryCursor>(), Err(NotACursor), "{text}");
        }
    }
}
