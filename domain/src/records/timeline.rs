//! The timeline of a patient: visits, notes, prescriptions, entries of the record and documents, and its other parts (`timeline_parts`), the newest first.

use super::{
    looks,
    store::{self, Moment, TimelineRange},
    subjects::{DocumentsOf, EntriesOf, NotesOf, PrescribedFor},
    timeline_parts::{PartPermits, Parts},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Follow, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    directory, files, prescriptions,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    access::Role,
    errors::{Code, FieldFault},
    files::FilePurpose,
    ids::{EncounterId, FileId, PatientId, PrescriptionId, RecordEntryId},
    page::{Page, page_size},
    records::{TimelineContent, TimelineItem, TimelineKind, TimelineView},
};
use uuid::Uuid;

/// The most documents whose names are looked up.
const DOCUMENTS: i64 = 500;

/// Selects a page of a timeline.
#[derive(Debug, Clone, Default)]
pub struct ReadTimeline {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// Only this kind.
    pub kind: Option<TimelineKind>,
    /// Only from this day on, in the caller's time zone.
    pub from: Option<Date>,
    /// Only until this day.
    pub until: Option<Date>,
    /// Where the page begins: `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// How many items.
    pub size: Option<u32>,
}

/// One page of the timeline of a patient. Each caller sees the kinds that they may read: a patient has the summaries of visits instead of the notes, and nurses see no
/// prescriptions.
///
/// # Errors
/// `request.fields_invalid` with the fields `cursor`, `until`; `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn timeline(domain: &Domain, access: &Access, query: ReadTimeline) -> Result<TimelineView> {
    let patient = match query.patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let size = page_size(query.size);
    let range = range(access, &query)?;
    let kinds = kinds(access.acting()?.role);
    let mut tx = domain.begin_reading("records.timeline", access).await?;
    let permit = tx.permit(Read, EntriesOf(patient)).await?;
    let permits = Permits::of(&mut tx, permit, &kinds).await?;
    let wanted: Vec<TimelineKind> = kinds.iter().copied().filter(|kind| query.kind.is_none_or(|only| only == *kind)).collect();
    let moments = store::moments(&mut tx, &permits.entries, &wanted, &range, i64::from(size) + 1).await?;
    let page = Page::cut(moments, size, cursor);
    let items = shown(&mut tx, &permits, &page.items).await?;
    let new_since = looks::new_since(&mut tx, &permits.entries).await?;
    let view = TimelineView {
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        kinds,
        page: page.with(items),
        break_glass: directory::open_break_glass(&mut tx, &permits.entries).await?,
        new_since,
    };
    tx.commit(Audit::read(AuditAction::RecordsTimelineRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(view)
}

/// One item as the caller may see it; `None` if the patient has no such item.
///
/// # Errors
/// `not_found` for a kind that the caller may not see.
pub(super) async fn item(
    tx: &mut Tx,
    permit: Permit<Read, EntriesOf>,
    kind: TimelineKind,
    id: Uuid,
) -> Result<Option<TimelineContent>> {
    let at = tx.now();
    let permits = Permits::of(tx, permit, &[kind]).await?;
    let found = shown(tx, &permits, &[Moment { kind, id, at }]).await?.pop().map(|item| item.content);
    // A document without a name is none of the patient's.
    Ok(found.filter(|content| !matches!(content, TimelineContent::Document { name: None, .. })))
}

/// The kinds that a role may see, as the policy has it. The permits are asked for all the same.
fn kinds(role: Role) -> Vec<TimelineKind> {
    let may = |kind: &&TimelineKind| match kind {
        TimelineKind::Note => role != Role::Patient,
        TimelineKind::Prescription => role != Role::Nurse,
        TimelineKind::Visit | TimelineKind::Entry | TimelineKind::Document => true,
        TimelineKind::Letter | TimelineKind::Measurement | TimelineKind::Allergy => true,
    };
    TimelineKind::ALL.iter().filter(may).copied().collect()
}

/// What the caller may read. The permits for notes and prescriptions are there if the caller sees that kind.
struct Permits {
    entries: Permit<Read, EntriesOf>,
    documents: Permit<Read, DocumentsOf>,
    notes: Option<Permit<Follow, NotesOf>>,
    prescriptions: Option<Permit<Read, PrescribedFor>>,
    parts: PartPermits,
}

impl Permits {
    async fn of(tx: &mut Tx, entries: Permit<Read, EntriesOf>, kinds: &[TimelineKind]) -> Result<Self> {
        let patient = entries.id().0;
        let documents = tx.permit_also(&entries, Read, DocumentsOf(patient)).await?;
        let notes = if kinds.contains(&TimelineKind::Note) {
            Some(tx.permit_also(&entries, Follow, NotesOf(patient)).await?)
        } else {
            None
        };
        let prescriptions = if kinds.contains(&TimelineKind::Prescription) {
            Some(tx.permit_also(&entries, Read, PrescribedFor(patient)).await?)
        } else {
            None
        };
        let parts = PartPermits::of(tx, &entries).await?;
        Ok(Self { entries, documents, notes, prescriptions, parts })
    }
}

/// The instants between which the items lie, and after which item the page begins.
fn range(access: &Access, query: &ReadTimeline) -> Result<TimelineRange> {
    if let (Some(from), Some(until)) = (query.from, query.until)
        && until < from
    {
        return Err(Error::field("until", FieldFault::EndBeforeStart));
    }
    let zone = access.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let midnight = |day: Date| day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
    let after = query.cursor.as_deref().map(|cursor| parsed(cursor).ok_or_else(|| Error::field("cursor", FieldFault::Malformed)));
    Ok(TimelineRange {
        from: query.from.and_then(midnight),
        before: query.until.and_then(|until| until.tomorrow().ok()).and_then(midnight),
        after: after.transpose()?,
    })
}

/// The cursor of an item: its instant in microseconds, a dot, its id.
fn cursor(moment: &Moment) -> String {
    format!("{}.{}", moment.at.as_microsecond(), moment.id)
}

fn parsed(cursor: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

/// The items as the page shows them. What has been deleted in between is left out.
async fn shown(tx: &mut Tx, permits: &Permits, moments: &[Moment]) -> Result<Vec<TimelineItem>> {
    let ids = |kind: TimelineKind| -> Vec<Uuid> {
        moments.iter().filter(|moment| moment.kind == kind).map(|moment| moment.id).collect()
    };
    let visits = store::visits_ended(tx, &permits.entries, &ids(TimelineKind::Visit)).await?;
    let notes = match &permits.notes {
        Some(permit) => store::notes_written(tx, permit, &ids(TimelineKind::Note)).await?,
        None => Vec::new(),
    };
    let prescribed: Vec<PrescriptionId> = ids(TimelineKind::Prescription).into_iter().map(Into::into).collect();
    let signed = match &permits.prescriptions {
        Some(permit) if !prescribed.is_empty() => prescriptions::signed(tx, permit, &prescribed).await?,
        Some(_) | None => Vec::new(),
    };
    let entries = store::entries_listed(tx, &permits.entries, &ids(TimelineKind::Entry)).await?;
    let documents = if ids(TimelineKind::Document).is_empty() {
        Vec::new()
    } else {
        files::list(tx, &permits.documents, FilePurpose::PatientDocument, DOCUMENTS).await?
    };
    let parts = Parts::of(tx, &permits.parts, moments).await?;
    let content = |moment: &Moment| match moment.kind {
        TimelineKind::Visit => {
            let encounter = EncounterId::from(moment.id);
            let visit = visits.iter().find(|visit| visit.encounter == encounter)?;
            let (doctor_name, clinic_name) = (visit.doctor_name.clone(), visit.clinic_name.clone());
            Some(TimelineContent::Visit { encounter, doctor_name, clinic_name })
        }
        TimelineKind::Note => {
            let (_, encounter, author_name) = notes.iter().find(|(note, ..)| *note == moment.id)?;
            Some(TimelineContent::Note { encounter: *encounter, author_name: author_name.clone() })
        }
        TimelineKind::Prescription => {
            let prescription = signed.iter().find(|signed| signed.id == PrescriptionId::from(moment.id))?.clone();
            Some(TimelineContent::Prescription { prescription })
        }
        TimelineKind::Entry => {
            let view = entries.iter().find(|entry| entry.id == RecordEntryId::from(moment.id))?.clone();
            Some(TimelineContent::Entry { view: Box::new(view) })
        }
        TimelineKind::Document => {
            let file = FileId::from(moment.id);
            let name = documents.iter().find(|document| document.id == file).map(|document| document.name.clone());
            Some(TimelineContent::Document { file, name })
        }
        TimelineKind::Letter => parts.letter(moment),
        TimelineKind::Measurement => parts.measurement(moment),
        TimelineKind::Allergy => parts.allergy(moment),
    };
    let item = |moment: &Moment| Some(TimelineItem { at: moment.at, content: content(moment)? });
    Ok(moments.iter().filter_map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back() {
        let moment = Moment { kind: TimelineKind::Note, id: Uuid::from_u128(7), at: Timestamp::UNIX_EPOCH };
        assert_eq!(parsed(&cursor(&moment)), Some((moment.at, moment.id)));
        for text in ["", "7", "7.8", ".", "x.00000000-0000-0000-0000-000000000007"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
