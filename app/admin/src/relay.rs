//! The relay's figures, as the server passes them to the page.

use model::health::RelayFigures;
use std::sync::Arc;

/// Reads the relay's figures. When the relay runs in the server's process, the server provides a reading with `provide_context`, and the system
/// status page shows it.
#[derive(Clone)]
pub struct RelayReading(pub Arc<dyn Fn() -> RelayFigures + Send + Sync>);

impl RelayReading {
    /// The current figures; none when the relay does not run in this process.
    #[cfg(feature = "ssr")]
    pub(super) fn now() -> Option<RelayFigures> {
        leptos::prelude::use_context::<Self>().map(|reading| (reading.0)())
    }
}
