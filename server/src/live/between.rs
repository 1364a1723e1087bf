//! What copies of the server tell each other about rooms.

use model::{
    ids::EncounterId,
    visits::{signal::Envelope, views::Side},
};
use serde::{Deserialize, Serialize};

/// A message to all other copies. Those that do not hold the room ignore it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Between {
    /// Somebody of this side follows the visit here. Whoever holds a caller answers with `Here`.
    Follows { visit: EncounterId, side: Side },
    /// This side joined the call here.
    Joined { visit: EncounterId, side: Side, epoch: u32 },
    /// This side is in the call here.
    Here { visit: EncounterId, side: Side, epoch: u32 },
    /// This side left the call here.
    Left { visit: EncounterId, side: Side, epoch: u32 },
    /// To the browser of this side.
    Signal { visit: EncounterId, to: Side, envelope: Envelope },
    /// This side types.
    Typing { visit: EncounterId, side: Side },
}
