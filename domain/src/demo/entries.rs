//! Entries in the record of the printed patient: one or two of each kind.

use super::{Filling, doctors::Doctor, patients::Patient};
use crate::{
    Error, Result,
    records::{EntryBody, seal_entry},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    ids::RecordEntryId,
    records::{Entry, EntrySource, PartialDate, ProblemState, Relative, SocialTopic},
};
use uuid::Uuid;

/// Writes the entries of the printed patient, as the first doctor has recorded them.
pub(super) async fn fill(filling: &mut Filling<'_>, doctors: &[Doctor], patients: &[Patient]) -> Result<()> {
    let Some(patient) = patients.iter().find(|patient| patient.printed) else { return Ok(()) };
    let author = doctors[0].user;
    let (mut ids, mut kinds, mut bodies): (Vec<Uuid>, Vec<String>, Vec<Vec<u8>>) = Default::default();
    let domain = filling.tx.domain().clone();
    let at = filling.now - SignedDuration::from_hours(24 * 94);
    for (entry, source) in story()? {
        let id: RecordEntryId = filling.id(at);
        ids.push(id.uuid());
        kinds.push(entry.kind().as_str().to_owned());
        bodies.push(seal_entry(&patient.key, domain.randomness(), id, 1, EntryBody { entry, source, error: None })?);
    }
    sqlx::query!(
        "insert into record_entries (id, patient_id, kind, latest, recorded_at)
         select t.id, $3, t.kind, 1, $4 from unnest($1::uuid[], $2::text[]) as t(id, kind)",
        &ids,
        &kinds,
        patient.id.uuid(),
        at.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    sqlx::query!(
        "insert into record_entry_versions (entry_id, version, body_cipher, author_user_id, written_at)
         select t.id, 1, t.body, $3, $4 from unnest($1::uuid[], $2::bytea[]) as t(id, body)",
        &ids,
        &bodies,
        author.uuid(),
        at.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

fn story() -> Result<Vec<(Entry, EntrySource)>> {
    let day = |text: &str| PartialDate::parse(text).map_err(|_| Error::internal("a date of the demonstration is no date"));
    let words = |text: &str| Some(text.to_owned());
    Ok(vec![
        (
            Entry::Problem {
                name: None,
                code: words("J45.909"),
                state: ProblemState::Active,
                since: Some(day("2008")?),
                until: None,
                text: words("Worse in spring, and when she runs in cold air."),
            },
            EntrySource::Clinician,
        ),
        (
            Entry::Problem {
                name: words("Iron deficiency"),
                code: words("D50.9"),
                state: ProblemState::Resolved,
                since: Some(day("2021-03")?),
                until: Some(day("2021-09")?),
                text: None,
            },
            EntrySource::Clinician,
        ),
        (
            Entry::History { name: "Whooping cough as a child".to_owned(), since: Some(day("1984")?), until: None, text: None },
            EntrySource::Patient,
        ),
        (
            Entry::Medication {
                name: "Vitamin D".to_owned(),
                strength: words("1000 IU"),
                dose: words("One capsule in the morning"),
                since: Some(day("2024-10")?),
                until: None,
                text: words("Bought without a prescription."),
            },
            EntrySource::Patient,
        ),
        (
            Entry::Immunisation {
                name: "Tetanus, diphtheria, pertussis".to_owned(),
                since: day("2019-05-03")?,
                dose_number: None,
                lot: words("AC37B214"),
                place: words("Travel clinic in Leeds"),
                text: None,
            },
            EntrySource::Elsewhere,
        ),
        (
            Entry::Family { relative: Relative::Mother, name: "Type 2 diabetes".to_owned(), age: Some(61), text: None },
            EntrySource::Patient,
        ),
        (
            Entry::Social { topic: SocialTopic::Tobacco, text: "Ten cigarettes a day until 2010, none since.".to_owned() },
            EntrySource::Patient,
        ),
        (
            Entry::Procedure {
                name: "Removal of the appendix".to_owned(),
                since: Some(day("1998-07")?),
                place: words("General hospital in York"),
                text: None,
            },
            EntrySource::Elsewhere,
        ),
        (
            Entry::CarePlan {
                name: "Run five kilometres without the reliever".to_owned(),
                since: Some(day("2026-01")?),
                until: None,
                text: "Preventer every evening.\nReliever ten minutes before running.".to_owned(),
            },
            EntrySource::Clinician,
        ),
    ])
}
