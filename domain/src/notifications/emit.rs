//! Emitting an event.

use super::{mail, notice::Notices};
use crate::{Result, db::Tx, outbox};
use serde::Serialize;

impl Tx {
    /// Records an event of the calling area; what open pages are told about it leaves after commit. The text of its mails is fixed here, so a use case
    /// emits an event after it has made the change.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub(crate) async fn emit(&mut self, event: impl Notices + Serialize) -> Result<()> {
        self.wake_dispatcher_after_commit()?;
        let (domain, now) = (self.domain().clone(), self.now());
        let id = outbox::store::insert(self.connection(), &domain, now, &event).await?;
        mail::write(&domain, self.connection(), id, &event, now).await
    }
}
