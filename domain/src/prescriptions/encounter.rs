//! The visit at which a prescription is written, as the policy sees it.

use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
    visits,
};
use model::ids::EncounterId;
use uuid::Uuid;

/// All prescriptions of a visit, including future ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PrescriptionsOf(pub(super) EncounterId);

impl Subject for PrescriptionsOf {
    const KIND: ResourceKind = ResourceKind::Prescription;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}
