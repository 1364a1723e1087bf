//! The keys of messages that wait in a browser until they are sent.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The keys with which a person's pages encrypt what waits in the browser's storage: the first one writes, all of them read. They come with a conversation and are
/// only in the memory of the page, so what waits cannot be read after its writer has signed out.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingKeys(pub Vec<[u8; 32]>);

impl fmt::Debug for WaitingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitingKeys(…)")
    }
}
