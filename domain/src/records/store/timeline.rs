//! The items of a timeline: when they are, and what visits and notes show of themselves.

use super::{
    super::subjects::{EntriesOf, NotesOf},
    open_version,
};
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Follow, Read},
    },
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::EncounterId,
    records::{PastVisit, SoapNote, TimelineKind},
};
use uuid::Uuid;

/// Something at an instant.
pub(in super::super) struct Moment {
    pub(in super::super) kind: TimelineKind,
    pub(in super::super) id: Uuid,
    pub(in super::super) at: Timestamp,
}

/// Between which instants the items lie, and after which item a page begins.
pub(in super::super) struct TimelineRange {
    pub(in super::super) from: Option<Timestamp>,
    pub(in super::super) before: Option<Timestamp>,
    pub(in super::super) after: Option<(Timestamp, Uuid)>,
}

/// The items of these kinds, the newest first.
pub(in super::super) async fn moments(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    kinds: &[TimelineKind],
    range: &TimelineRange,
    most: i64,
) -> Result<Vec<Moment>> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let (after, after_id) = range.after.unzip();
    let rows = sqlx::query!(
        "select x.kind as \"kind!\", x.id as \"id!\", x.at as \"at!\" from (
           select 'visit' as kind, e.encounter_id as id, e.ended_at as at from visit_course e
             where e.patient_id = $1 and e.ended_at is not null
           union all
           select 'note', n.id, v.written_at from notes n join note_versions v on v.note_id = n.id and v.version = n.latest
             where n.patient_id = $1
           union all
           select 'prescription', p.prescription_id, p.signed_at from prescription_signed p where p.patient_id = $1
           union all
           select 'entry', r.id, r.recorded_at from record_entries r where r.patient_id = $1 and r.withdrawn_at is null
           union all
           select 'document', d.file_id, d.added_at from patient_document d where d.patient_id = $1
           union all
           select 'letter', t.id, t.issued_at from letters t where t.patient_id = $1 and t.issued_at is not null
           union all
           select 'measurement', m.id, m.taken_at from measurements m where m.patient_id = $1 and m.withdrawn_at is null
           union all
           select 'allergy', a.id, a.recorded_at from allergies a where a.patient_id = $1 and a.ended_at is null
         ) x
         where x.kind = any($2)
           and ($3::timestamptz is null or x.at >= $3)
           and ($4::timestamptz is null or x.at < $4)
           and ($5::timestamptz is null or (x.at, x.id) < ($5, $6::uuid))
         order by x.at desc, x.id desc limit $7",
        permit.id().0.uuid(),
        &kinds,
        range.from.map(ToSqlx::to_sqlx) as _,
        range.before.map(ToSqlx::to_sqlx) as _,
        after.map(ToSqlx::to_sqlx) as _,
        after_id,
        most
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = TimelineKind::parse(&row.kind).map_err(|_| Error::internal("an item of a timeline of an unknown kind"))?;
            Ok(Moment { kind, id: row.id, at: row.at.to_jiff() })
        })
        .collect()
}

/// The visits with these ids that have ended.
pub(in super::super) async fn visits_ended(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    ids: &[Uuid],
) -> Result<Vec<PastVisit>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        "select e.encounter_id as \"encounter_id!\", e.ended_at as \"ended_at!\", d.name as \"doctor_name!\", c.name as \"clinic_name!\"
         from visit_course e
         join doctor_name d on d.doctor_id = e.doctor_id
         join clinic_address c on c.clinic_id = e.clinic_id
         where e.patient_id = $1 and e.encounter_id = any($2) and e.ended_at is not null",
        permit.id().0.uuid(),
        ids
    )
    .fetch_all(tx.connection())
    .await?;
    let visit = rows.into_iter().map(|row| PastVisit {
        encounter: row.encounter_id.into(),
        ended_at: row.ended_at.to_jiff(),
        doctor_name: row.doctor_name,
        clinic_name: row.clinic_name,
    });
    Ok(visit.collect())
}

/// The notes with these ids: the note, its visit, and who wrote the newest version.
pub(in super::super) async fn notes_written(
    tx: &mut Tx,
    permit: &Permit<Follow, NotesOf>,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, EncounterId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        "select n.id, n.encounter_id, u.name as \"author_name!\" from notes n
         join note_versions v on v.note_id = n.id and v.version = n.latest
         join person_name u on u.user_id = v.author_user_id
         where n.patient_id = $1 and n.id = any($2)",
        permit.id().0.uuid(),
        ids
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.encounter_id.into(), row.author_name)).collect())
}

/// The newest versions of a patient's notes, the newest first, at most so many: the visit, when it was written, the text.
pub(in super::super) async fn newest_notes(
    tx: &mut Tx,
    permit: &Permit<Follow, NotesOf>,
    most: usize,
) -> Result<Vec<(EncounterId, Timestamp, SoapNote)>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select n.id, n.encounter_id, v.version, v.body_cipher, v.written_at from notes n
         join note_versions v on v.note_id = n.id and v.version = n.latest
         where n.patient_id = $1 order by v.written_at desc, n.id desc limit $2",
        patient.uuid(),
        i64::try_from(most).map_err(Error::internal)?
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            let note = open_version(&key, row.id, row.version, &row.body_cipher)?;
            Ok((row.encounter_id.into(), row.written_at.to_jiff(), note))
        })
        .collect()
}
