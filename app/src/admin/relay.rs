//! The relay's figures, as the server hands them to the page.

use model::health::RelayFigures;
use std::sync::Arc;

/// Reads the relay's figures. The server provides one (with `provide_context`) when the relay runs in its process; then the page of
/// health shows them.
#[derive(Clone)]
pub struct RelayReading(pub Arc<dyn Fn() -> RelayFigures + Send + Sync>);

impl RelayReading {
    /// The figures now, when the relay runs in this process.
    #[cfg(feature = "ssr")]
    pub(super) fn now() -> Option<RelayFigures> {
        leptos::prelude::use_context::<Self>().map(|reading| (reading.0)())
    }
}
