//! Whether somebody looks at a conversation. It is told to the other side while both are there, and never stored.

use crate::wire::words;

words! {
    /// What somebody does in a conversation now.
    Attention {
        /// They have it open.
        Here = "here",
        /// They are writing.
        Typing = "typing",
        /// They do not look at it.
        Away = "away",
    }
}
