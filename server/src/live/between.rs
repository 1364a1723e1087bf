//! The messages between server instances about rooms, and about what was revoked.

use domain::AttemptNews;
use model::{
    chat::attention::Attention,
    ids::{EncounterId, ThreadId, UserId},
    visits::{
        signal::{Envelope, MediaState},
        views::Side,
    },
};
use relay::Relay;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message to all other server instances. Instances that do not have the room ignore it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Between {
    /// A participant on this side follows the visit at the sending instance. An instance that has a caller answers with `Here`.
    Follows { visit: EncounterId, side: Side },
    /// This side joined the call at the sending instance.
    Joined { visit: EncounterId, side: Side, epoch: u32 },
    /// This side is in the call at the sending instance, and sends this.
    Here {
        visit: EncounterId,
        side: Side,
        epoch: u32,
        /// Unknown until the page has said it, and from instances of an older version.
        #[serde(default)]
        media: Option<MediaState>,
    },
    /// This side left the call at the sending instance.
    Left { visit: EncounterId, side: Side, epoch: u32 },
    /// A signal for the browser on this side.
    Signal { visit: EncounterId, to: Side, envelope: Envelope },
    /// What the participant on this side of the call sends has changed.
    Media { visit: EncounterId, side: Side, state: MediaState },
    /// The participant on this side is typing.
    Typing { visit: EncounterId, side: Side },
    /// Somebody in a conversation does this: for the sockets of these users, who are on the other side.
    AtThread { thread: ThreadId, state: Attention, users: Vec<UserId> },
    /// The visit is over: nothing more is relayed for it.
    Over { visit: EncounterId },
    /// The user is no longer a participant of the visit: nothing more is relayed for the user.
    Out { visit: EncounterId, user: UserId },
    /// The user may do other things than before.
    Rights { user: UserId },
    /// The sending instance has counted or forgotten attempts on passwords or mails.
    Attempts { news: AttemptNews },
}

/// Closes the allocations on a relay that a message of a server says are over. For a relay that runs alone.
pub async fn close_revoked(relay: &Relay, message: Value) {
    match serde_json::from_value(message) {
        Ok(Between::Over { visit }) => {
            relay.close_scope(&visit.uuid().to_string()).await;
        }
        Ok(Between::Out { visit, user }) => {
            relay.close_participant(&visit.uuid().to_string(), &user.uuid().to_string()).await;
        }
        Ok(_) | Err(_) => {}
    }
}
