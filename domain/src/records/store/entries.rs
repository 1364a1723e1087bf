//! The entries of records: one encrypted text for each version.

use super::{super::subjects::EntriesOf, diagnoses::descriptions};
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Create, Read},
    },
    db::Tx,
    randomness::Randomness,
    records::plain_names::plain_name,
    vault::{Column, PatientKey},
};
use jiff_sqlx::ToSqlx;
use model::{
    ids::RecordEntryId,
    records::{DiagnosisView, Entry, EntryKind, EntrySource, EntryVersionView, EntryView},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// What a version of an entry says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EntryBody {
    /// The content.
    pub(crate) entry: Entry,
    /// The source.
    pub(crate) source: EntrySource,
    /// Why the entry was marked as entered in error.
    pub(crate) error: Option<String>,
}

/// The text of one version. All versions of an entry are encrypted for the same row, so each one contains its number.
#[derive(Serialize, Deserialize)]
struct Version {
    version: i32,
    body: EntryBody,
}

/// Encrypts one version of an entry.
pub(crate) fn seal_entry(
    key: &PatientKey,
    source: &dyn Randomness,
    entry: RecordEntryId,
    version: i32,
    body: EntryBody,
) -> Result<Vec<u8>> {
    key.encrypt_json(source, Column::RecordEntry, entry, &Version { version, body })
}

/// Decrypts one version of an entry.
fn open_entry(key: &PatientKey, entry: RecordEntryId, version: i32, cipher: &[u8]) -> Result<EntryBody> {
    let read: Version = key.decrypt_json(Column::RecordEntry, entry, cipher)?;
    if read.version == version {
        Ok(read.body)
    } else {
        Err(Error::internal("a version of an entry stands in the place of another"))
    }
}

/// The newest version of an entry.
pub(in super::super) struct LatestEntry {
    pub(in super::super) version: i32,
    pub(in super::super) entry: Entry,
    pub(in super::super) source: EntrySource,
    pub(in super::super) error: Option<String>,
}

/// The newest version of an entry of the patient; `None` if the patient has no such entry.
pub(in super::super) async fn latest_entry(
    tx: &mut Tx,
    permit: &Permit<Create, EntriesOf>,
    id: RecordEntryId,
) -> Result<Option<LatestEntry>> {
    let patient = permit.id().0;
    let row = sqlx::query!(
        "select v.version, v.body_cipher from record_entries e
         join record_entry_versions v on v.entry_id = e.id and v.version = e.latest
         where e.id = $1 and e.patient_id = $2",
        id.uuid(),
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = tx.patient_key(patient).await?;
    let EntryBody { entry, source, error } = open_entry(&key, id, row.version, &row.body_cipher)?;
    Ok(Some(LatestEntry { version: row.version, entry, source, error }))
}

/// Adds an entry with its first version.
pub(in super::super) async fn insert_entry(
    tx: &mut Tx,
    permit: &Permit<Create, EntriesOf>,
    entry: &Entry,
    source: EntrySource,
) -> Result<RecordEntryId> {
    let (id, patient, now) = (tx.new_id::<RecordEntryId>(), permit.id().0, tx.now());
    sqlx::query!(
        "insert into record_entries (id, patient_id, kind, latest, recorded_at) values ($1, $2, $3, 1, $4)",
        id.uuid(),
        patient.uuid(),
        entry.kind().as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    write_version(tx, permit, id, 1, EntryBody { entry: entry.clone(), source, error: None }).await?;
    Ok(id)
}

/// Writes the next version of an entry and returns its number. The permit's lock on the patient keeps other writers out.
pub(in super::super) async fn insert_entry_version(
    tx: &mut Tx,
    permit: &Permit<Create, EntriesOf>,
    id: RecordEntryId,
    body: EntryBody,
) -> Result<i32> {
    let withdrawn_at = body.error.is_some().then(|| tx.now().to_sqlx());
    let version = sqlx::query_scalar!(
        "update record_entries set latest = latest + 1, withdrawn_at = $3 where id = $1 and patient_id = $2 returning latest",
        id.uuid(),
        permit.id().0.uuid(),
        withdrawn_at
    )
    .fetch_one(tx.connection())
    .await?;
    write_version(tx, permit, id, version, body).await?;
    Ok(version)
}

async fn write_version(
    tx: &mut Tx,
    permit: &Permit<Create, EntriesOf>,
    id: RecordEntryId,
    version: i32,
    body: EntryBody,
) -> Result<()> {
    let (author, now) = (tx.access().acting()?.user, tx.now());
    let key = tx.patient_key(permit.id().0).await?;
    let cipher = seal_entry(&key, tx.domain().randomness(), id, version, body)?;
    sqlx::query!(
        "insert into record_entry_versions (entry_id, version, body_cipher, author_user_id, written_at) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        version,
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The entries of a patient that count, the newest first, at most so many.
pub(in super::super) async fn entries(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    kind: Option<EntryKind>,
    most: usize,
) -> Result<Vec<EntryView>> {
    selected(tx, permit, kind, None, i64::try_from(most).map_err(Error::internal)?).await
}

/// The entries of a patient with these ids that count.
pub(in super::super) async fn entries_listed(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    ids: &[Uuid],
) -> Result<Vec<EntryView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    selected(tx, permit, None, Some(ids), i64::try_from(ids.len()).map_err(Error::internal)?).await
}

async fn selected(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    kind: Option<EntryKind>,
    ids: Option<&[Uuid]>,
    most: i64,
) -> Result<Vec<EntryView>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select e.id, e.recorded_at, v.version, v.body_cipher, v.written_at, u.name as \"author_name!\" from record_entries e
         join record_entry_versions v on v.entry_id = e.id and v.version = e.latest
         join person_name u on u.user_id = v.author_user_id
         where e.patient_id = $1 and e.withdrawn_at is null and ($2::text is null or e.kind = $2)
           and ($3::uuid[] is null or e.id = any($3))
         order by e.id desc limit $4",
        patient.uuid(),
        kind.map(EntryKind::as_str),
        ids as _,
        most
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let id = RecordEntryId::from(row.id);
        let EntryBody { entry, source, error } = open_entry(&key, id, row.version, &row.body_cipher)?;
        views.push(EntryView {
            id,
            version: row.version.into(),
            entry,
            source,
            code: None,
            author_name: row.author_name,
            recorded_at: row.recorded_at.to_jiff(),
            written_at: row.written_at.to_jiff(),
            error,
        });
    }
    let codes = codes_of(views.iter().map(|view| &view.entry));
    let texts = descriptions(tx, &codes).await?;
    for view in &mut views {
        view.code = in_words(&view.entry, &texts);
    }
    Ok(views)
}

/// Every version of an entry of the patient, the newest first; none if the patient has no such entry.
pub(in super::super) async fn entry_versions(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    id: RecordEntryId,
) -> Result<Vec<EntryVersionView>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select v.version, v.body_cipher, v.written_at, u.name as \"author_name!\" from record_entries e
         join record_entry_versions v on v.entry_id = e.id
         join person_name u on u.user_id = v.author_user_id
         where e.id = $1 and e.patient_id = $2 order by v.version desc",
        id.uuid(),
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        let EntryBody { entry, source, error } = open_entry(&key, id, row.version, &row.body_cipher)?;
        versions.push(EntryVersionView {
            version: row.version.into(),
            entry,
            source,
            code: None,
            author_name: row.author_name,
            written_at: row.written_at.to_jiff(),
            error,
        });
    }
    let codes = codes_of(versions.iter().map(|version| &version.entry));
    let texts = descriptions(tx, &codes).await?;
    for version in &mut versions {
        version.code = in_words(&version.entry, &texts);
    }
    Ok(versions)
}

/// The codes of some entries, each once.
fn codes_of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let mut codes: Vec<String> = entries.filter_map(Entry::code).map(str::to_owned).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// The code of an entry in words, if it has one.
fn in_words(entry: &Entry, texts: &HashMap<String, String>) -> Option<DiagnosisView> {
    let code = entry.code()?;
    Some(DiagnosisView {
        code: code.to_owned(),
        description: texts.get(code).cloned().unwrap_or_default(),
        plain: plain_name(code),
    })
}
