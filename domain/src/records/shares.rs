//! Items of a record that the patient's side shares by a link: a visit, a prescription, an entry, a document, a letter, a measurement, an allergy.
//!
//! Whoever has the link sees this item, in its newest version, until the link expires or is ended, without an account. The patient's side sees how often and when it was
//! opened. The link is found by the hash of its token; the token itself is made again from the share's id (`identity::links`), so its owner can copy it later.

use super::{
    letters,
    store::{
        self as records,
        shares::{self as store, Found},
    },
    subjects::EntriesOf,
    timeline, visit_summary,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Facts, Permit, ResourceKind, Subject,
        actions::{Cancel, Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    identity,
};
use model::{
    errors::Code,
    ids::{FileId, PatientId, RecordShareId},
    records::{PatientVisitSummary, ShareLife, ShareRow, ShareState, SharedContent, SharedItem, TimelineContent, TimelineKind},
};
use uuid::Uuid;

/// The most links of one record that work at the same time: the list shows them all, so that each can be ended.
const MOST_OPEN: i64 = 50;

/// What is shared of the record of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SharesOf(pub(super) PatientId);

impl Subject for SharesOf {
    const KIND: ResourceKind = ResourceKind::RecordShare;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Only the patient's side shares, so neither clinics nor doctors are looked up. Rows are only added, so nothing is locked.
    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let known = records::name_of_patient(tx, self.0).await?;
        Ok(known.map(|_| Facts { patient: Some(self.0), ..Facts::default() }))
    }
}

impl Subject for RecordShareId {
    const KIND: ResourceKind = ResourceKind::RecordShare;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let patient = store::patient_of(tx, self).await?;
        Ok(patient.map(|patient| Facts { patient: Some(patient), ..Facts::default() }))
    }
}

/// Shares an item. The texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct ShareItem {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// What it is: a word of [`TimelineKind`].
    pub kind: String,
    /// The visit, the prescription, the entry, the file, the letter, the measurement or the allergy.
    pub item: Uuid,
    /// For how long: a word of [`ShareLife`].
    pub life: String,
}

/// Shares an item by a new link.
///
/// # Errors
/// `request.fields_invalid` with the fields `kind` and `life`; `not_found` when the record has no such item, or the caller may not share it; `access.forbidden`;
/// `records.too_many_shares`.
pub async fn share_item(domain: &Domain, access: &Access, command: ShareItem) -> Result<RecordShareId> {
    let patient = command.patient.map_or_else(|| access.acting_patient(), Ok)?;
    let kind = TimelineKind::parse(&command.kind).map_err(|fault| Error::field("kind", fault))?;
    let life = ShareLife::parse(&command.life).map_err(|fault| Error::field("life", fault))?;
    let mut tx = domain.begin("records.share_item", access).await?;
    let permit = tx.permit(Create, SharesOf(patient)).await?;
    let record = tx.permit(Read, EntriesOf(patient)).await?;
    // Who may share is a patient or acts for one, and they read no notes.
    if !kind.is_shared() || timeline::item(&mut tx, record, kind, command.item).await?.is_none() {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    if store::count_open(&mut tx, &permit).await? >= MOST_OPEN {
        tx.close().await?;
        return Err(Code::TooManyShares.into());
    }
    let id = store::insert(&mut tx, &permit, (kind, command.item), life).await?;
    let entry = Audit::of(AuditAction::RecordsShareMade).patient(patient).on(ResourceKind::RecordShare, id);
    tx.commit(entry.with("kind", kind.as_str()).with("life", life.as_str())).await?;
    Ok(id)
}

/// What is shared of the record of a patient, the newest first: all links that work, and the newest that have expired or were ended.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn shares(domain: &Domain, access: &Access, patient: Option<PatientId>) -> Result<Vec<ShareRow>> {
    let patient = patient.map_or_else(|| access.acting_patient(), Ok)?;
    let mut tx = domain.begin_reading("records.shares", access).await?;
    let permit = tx.permit(Read, SharesOf(patient)).await?;
    let rows = store::list(&mut tx, &permit).await?;
    let mut listed = Vec::with_capacity(rows.len());
    for (mut row, hash) in rows {
        if row.state == ShareState::Open {
            row.token = Some(identity::token_again(domain, tx.connection(), row.id.uuid(), &hash).await?);
        }
        listed.push(row);
    }
    tx.commit(Audit::read(AuditAction::RecordsSharesListed).patient(patient).on(ResourceKind::RecordShare, patient)).await?;
    Ok(listed)
}

/// Ends a link before its time. Ending it twice changes nothing.
///
/// # Errors
/// `not_found`.
pub async fn end_share(domain: &Domain, access: &Access, share: RecordShareId) -> Result<()> {
    let mut tx = domain.begin("records.end_share", access).await?;
    let permit = tx.permit(Cancel, share).await?;
    if !store::end(&mut tx, &permit).await? {
        return tx.close().await;
    }
    let patient = permit.patient()?;
    tx.commit(Audit::of(AuditAction::RecordsShareEnded).patient(patient).on(ResourceKind::RecordShare, share)).await
}

/// Opens the item of a link, for whoever has it. The opening is counted and audited before the item is returned.
///
/// # Errors
/// `identity.link_unknown`, `records.share_expired`, `records.share_ended`; `not_found` when the item is no longer in the record.
pub async fn open_share(domain: &Domain, access: &Access, token: &str) -> Result<SharedItem> {
    let mut reading = domain.begin_reading("records.shared", &unnamed(access)).await?;
    let found = working(&mut reading, token).await?;
    let item = content(&mut reading, &found).await?;
    reading.close().await?;
    let mut tx = domain.begin("records.open_share", access).await?;
    if !store::opened(&mut tx, found.id).await? {
        tx.close().await?;
        return Err(Code::ShareEnded.into());
    }
    let entry = Audit::of(AuditAction::RecordsShareOpened).patient(found.patient).on(ResourceKind::RecordShare, found.id);
    tx.commit(entry.with("kind", found.kind.as_str())).await?;
    Ok(item)
}

/// The file of the document that a link shares, and its patient. The permit of the file's own area is asked for besides.
///
/// # Errors
/// Those of [`open_share`].
pub(crate) async fn shared_file(tx: &mut Tx, token: &str) -> Result<(PatientId, FileId)> {
    let found = working(tx, token).await?;
    match found.kind {
        TimelineKind::Document => Ok((found.patient, found.item.into())),
        TimelineKind::Visit | TimelineKind::Note | TimelineKind::Prescription | TimelineKind::Entry => Err(Code::NotFound.into()),
        TimelineKind::Letter | TimelineKind::Measurement | TimelineKind::Allergy => Err(Code::NotFound.into()),
    }
}

/// Lets no link work any more, after a restore: which of them were ended since, the backup does not know. How many did work.
pub(crate) async fn expire_links(tx: &mut Tx) -> Result<u64> {
    store::expire_all(tx).await
}

/// Nobody in particular, who asks from the same place: the link itself is the right to read the item.
fn unnamed(access: &Access) -> Access {
    let mut unnamed = Access::system(access.request);
    unnamed.address = access.address;
    unnamed
}

/// The share of a link that works.
async fn working(tx: &mut Tx, token: &str) -> Result<Found> {
    let now = tx.now();
    let found = store::find(tx, &identity::typed_hash(token)).await?.ok_or(Code::LinkUnknown)?;
    if found.is_ended {
        return Err(Code::ShareEnded.into());
    }
    if found.expires_at <= now {
        return Err(Code::ShareExpired.into());
    }
    Ok(found)
}

async fn content(tx: &mut Tx, found: &Found) -> Result<SharedItem> {
    let permit: Permit<Read, EntriesOf> = tx.permit(Read, EntriesOf(found.patient)).await?;
    let patient_name = records::name_of_patient(tx, found.patient).await?.ok_or(Code::NotFound)?;
    let content = if found.kind == TimelineKind::Letter {
        let letter = letters::issued(tx, found.item.into()).await?;
        (letter.patient == found.patient).then(|| SharedContent::Letter { letter: Box::new(letter) })
    } else if found.kind == TimelineKind::Visit {
        let (patient, summary) = visit_summary::summary_of(tx, found.item.into()).await?;
        // Letters are documents of their own, which the link does not show.
        let summary = PatientVisitSummary { letters: Vec::new(), ..summary };
        (patient == found.patient).then(|| SharedContent::Visit { summary: Box::new(summary) })
    } else {
        timeline::item(tx, permit, found.kind, found.item).await?.and_then(shown)
    };
    Ok(SharedItem { patient_name, expires_at: found.expires_at, content: content.ok_or(Code::NotFound)? })
}

/// What a link shows of an item; `None` for what is not shared.
fn shown(content: TimelineContent) -> Option<SharedContent> {
    match content {
        TimelineContent::Prescription { prescription } => Some(SharedContent::Prescription { prescription }),
        TimelineContent::Entry { view } => Some(SharedContent::Entry { view }),
        TimelineContent::Document { file, name } => Some(SharedContent::Document { file, name: name? }),
        TimelineContent::Measurement { view } => Some(SharedContent::Measurement { view }),
        TimelineContent::Allergy { view } => Some(SharedContent::Allergy { view }),
        TimelineContent::Visit { .. } | TimelineContent::Note { .. } | TimelineContent::Letter { .. } => None,
    }
}
