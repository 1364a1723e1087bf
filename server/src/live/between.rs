//! The messages between server instances about rooms.

use model::{
    ids::EncounterId,
    visits::{
        signal::{Envelope, MediaState},
        views::Side,
    },
};
use serde::{Deserialize, Serialize};

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
}
