//! When somebody of the patient's side last looked at the record, so that pages mark what is new to them.

use super::{store::looks as store, subjects::EntriesOf};
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
};
use jiff::{SignedDuration, Timestamp};

/// A look is over when nothing was opened for so long. Until then the marks stay, on all devices.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// Since when things are new to the caller, who looks at the record now; `None` for staff. At the first look everything is new.
pub(super) async fn new_since(tx: &mut Tx, permit: &Permit<Read, EntriesOf>) -> Result<Option<Timestamp>> {
    let acting = tx.access().acting()?;
    if acting.patient != Some(permit.id().0) {
        return Ok(None);
    }
    let user = acting.user;
    store::look(tx, permit, user, PAUSE).await.map(Some)
}
