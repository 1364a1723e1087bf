//! Phrases in the database.

use super::super::subjects::{OfPhrases, OwnPhrases};
use crate::{
    Error, Result,
    access::{
        Action, Permit, Subject,
        actions::{Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    errors::{Code, FieldFault},
    ids::{ClinicId, EncounterId, UserId},
    records::{Phrase, PhraseRow},
};
use uuid::Uuid;

/// The most phrases of one owner: all of them are loaded with each note.
const MOST_PHRASES: usize = 500;

/// The newest versions of an owner's phrases, by abbreviation.
pub(in super::super) async fn list<S: OfPhrases>(tx: &mut Tx, permit: &Permit<Read, S>) -> Result<Vec<PhraseRow>> {
    let rows = sqlx::query!(
        "select p.abbreviation, p.body, p.version from note_phrases p
         where p.owner_id = $1 and not p.removed
           and p.version = (select max(n.version) from note_phrases n where n.owner_id = p.owner_id and n.abbreviation = p.abbreviation)
         order by p.abbreviation",
        permit.id().owner()
    )
    .fetch_all(tx.connection())
    .await?;
    let row = rows.into_iter().map(|row| PhraseRow { abbreviation: row.abbreviation, text: row.body, version: row.version });
    Ok(row.collect())
}

/// The phrases of the clinic to which a doctor's role is limited, or of all clinics, and those of the organisation.
pub(in super::super) async fn shared_with(
    tx: &mut Tx,
    _: &Permit<Read, OwnPhrases>,
    clinic: Option<ClinicId>,
) -> Result<Vec<Phrase>> {
    let rows = sqlx::query!(
        "select p.abbreviation, p.body from note_phrases p
         where p.user_id is null and not p.removed and ($1::uuid is null or p.clinic_id is null or p.clinic_id = $1)
           and p.version = (select max(n.version) from note_phrases n where n.owner_id = p.owner_id and n.abbreviation = p.abbreviation)
         order by p.abbreviation, p.clinic_id is null, p.owner_id",
        clinic.map(ClinicId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Phrase { abbreviation: row.abbreviation, text: row.body }).collect())
}

/// The phrases that a writer can use in what they write at a visit of the permit's patient: their own ones, then those of the visit's clinic, then those of the
/// organisation.
pub(in super::super) async fn usable<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Vec<Phrase>> {
    let (writer, patient) = (tx.access().acting()?.user, permit.patient()?);
    let rows = sqlx::query!(
        "select p.abbreviation, p.body from note_phrases p join visit_course e on e.encounter_id = $1 and e.patient_id = $3
         where not p.removed and (p.user_id = $2 or (p.user_id is null and (p.clinic_id is null or p.clinic_id = e.clinic_id)))
           and p.version = (select max(n.version) from note_phrases n where n.owner_id = p.owner_id and n.abbreviation = p.abbreviation)
         order by p.user_id is null, p.clinic_id is null, p.abbreviation",
        encounter.uuid(),
        writer.uuid(),
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Phrase { abbreviation: row.abbreviation, text: row.body }).collect())
}

/// Writes the next version of a phrase. The version seen is 0 for a phrase that its owner does not have. Returns the number of the new version; `None` if the phrase has
/// this text already.
///
/// # Errors
/// `request.stale` when the phrase is not in the version seen; `request.fields_invalid` with the field `abbreviation` when the owner has as many phrases as there can be.
pub(in super::super) async fn write<S: OfPhrases>(
    tx: &mut Tx,
    permit: &Permit<Write, S>,
    phrase: &Phrase,
    version_seen: i32,
) -> Result<Option<i32>> {
    let (version, removed, text) =
        newest(tx, permit.id().owner(), &phrase.abbreviation).await?.unwrap_or((0, true, String::new()));
    if !removed && text == phrase.text {
        return Ok(None);
    }
    let seen_now = if removed { 0 } else { version };
    if seen_now != version_seen {
        return Err(Code::Stale.into());
    }
    if removed && count(tx, permit.id().owner()).await? >= MOST_PHRASES {
        return Err(Error::field("abbreviation", FieldFault::too_many(MOST_PHRASES)));
    }
    let next = version.checked_add(1).ok_or(Code::Stale)?;
    insert(tx, permit, phrase, (next, false)).await?;
    Ok(Some(next))
}

/// Writes a version that removes a phrase. Returns its number; `None` if the phrase has been removed already.
///
/// # Errors
/// `not_found` for a phrase that its owner never had; `request.stale`.
pub(in super::super) async fn remove<S: OfPhrases>(
    tx: &mut Tx,
    permit: &Permit<Write, S>,
    abbreviation: &str,
    version_seen: i32,
) -> Result<Option<i32>> {
    let (version, removed, text) = newest(tx, permit.id().owner(), abbreviation).await?.ok_or(Code::NotFound)?;
    if removed {
        return Ok(None);
    }
    if version != version_seen {
        return Err(Code::Stale.into());
    }
    let next = version.checked_add(1).ok_or(Code::Stale)?;
    insert(tx, permit, &Phrase { abbreviation: abbreviation.to_owned(), text }, (next, true)).await?;
    Ok(Some(next))
}

/// How many phrases an owner has.
async fn count(tx: &mut Tx, owner: Uuid) -> Result<usize> {
    let count = sqlx::query_scalar!(
        "select count(*) as \"count!\" from note_phrases p
         where p.owner_id = $1 and not p.removed
           and p.version = (select max(n.version) from note_phrases n where n.owner_id = p.owner_id and n.abbreviation = p.abbreviation)",
        owner
    )
    .fetch_one(tx.connection())
    .await?;
    usize::try_from(count).map_err(Error::internal)
}

/// The newest version of a phrase: its number, whether it removes the phrase, and the text.
async fn newest(tx: &mut Tx, owner: Uuid, abbreviation: &str) -> Result<Option<(i32, bool, String)>> {
    let row = sqlx::query!(
        "select version, removed, body from note_phrases where owner_id = $1 and abbreviation = $2 order by version desc limit 1",
        owner,
        abbreviation
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.version, row.removed, row.body)))
}

/// Two people who write at once write the same version, which only one of them can.
async fn insert<S: OfPhrases>(
    tx: &mut Tx,
    permit: &Permit<Write, S>,
    phrase: &Phrase,
    (version, removed): (i32, bool),
) -> Result<()> {
    let (of, by, now) = (permit.id(), tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into note_phrases (owner_id, abbreviation, version, user_id, clinic_id, body, removed, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        of.owner(),
        phrase.abbreviation,
        version,
        of.user().map(UserId::uuid),
        of.clinic().map(ClinicId::uuid),
        phrase.text,
        removed,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("note_phrases_pkey", Code::Stale)]))?;
    Ok(())
}
