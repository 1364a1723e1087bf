//! Notes, diagnoses and allergies.

use super::{
    Filling,
    doctors::Doctor,
    patients::Patient,
    visits::{ADDED_AFTER, Visit},
};
use crate::{
    Error, Result,
    records::{seal_codes, seal_version},
    vault::Column,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AllergyId, DiagnosisListId, NoteId},
    records::{Allergy, AllergySeverity, EntrySource},
};
use uuid::Uuid;

/// Writes the note of each visit; where something was added later, the note has a second version.
pub(super) async fn notes(filling: &mut Filling<'_>, visits: &[Visit<'_>]) -> Result<()> {
    let (mut ids, mut encounters, mut patients, mut latest) = (Vec::new(), Vec::new(), Vec::new(), Vec::<i32>::new());
    let (mut of, mut versions, mut bodies, mut authors, mut written) =
        (Vec::new(), Vec::<i32>::new(), Vec::new(), Vec::new(), Vec::<jiff_sqlx::Timestamp>::new());
    let domain = filling.tx.domain().clone();
    for visit in visits {
        let (id, first) = (filling.id::<NoteId>(visit.ended), visit.case.note(filling.seeded));
        let mut texts = vec![(visit.ended - SignedDuration::from_secs(40), first)];
        let added_at = visit.ended + ADDED_AFTER;
        if let Some(addendum) = visit.outcome.addendum.filter(|_| added_at < filling.now) {
            let mut text = texts[0].1.clone();
            text.assessment = format!("{}\n{addendum}", text.assessment);
            texts.push((added_at, text));
        }
        ids.push(id.uuid());
        encounters.push(visit.encounter.uuid());
        patients.push(visit.patient.id.uuid());
        latest.push(i32::try_from(texts.len()).map_err(Error::internal)?);
        for (version, (at, text)) in (1..).zip(texts) {
            of.push(id.uuid());
            versions.push(version);
            bodies.push(seal_version(&visit.patient.key, domain.randomness(), id, version, text)?);
            authors.push(visit.doctor.user.uuid());
            written.push(at.to_sqlx());
        }
    }
    sqlx::query!(
        "insert into notes (id, encounter_id, patient_id, latest) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[])",
        &ids,
        &encounters,
        &patients,
        &latest
    )
    .execute(filling.tx.connection())
    .await?;
    sqlx::query!(
        "insert into note_versions (note_id, version, body_cipher, author_user_id, written_at)
         select * from unnest($1::uuid[], $2::int4[], $3::bytea[], $4::uuid[], $5::timestamptz[])",
        &of,
        &versions,
        &bodies,
        &authors,
        &written as &[jiff_sqlx::Timestamp]
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

/// Writes the diagnoses of each visit.
pub(super) async fn diagnoses(filling: &mut Filling<'_>, visits: &[Visit<'_>]) -> Result<()> {
    let (mut ids, mut encounters, mut patients, mut counts) = (Vec::new(), Vec::new(), Vec::new(), Vec::<i16>::new());
    let (mut bodies, mut authors, mut recorded) = (Vec::new(), Vec::new(), Vec::<jiff_sqlx::Timestamp>::new());
    let mut used: Vec<String> = Vec::new();
    let domain = filling.tx.domain().clone();
    for visit in visits {
        let at = visit.ended - SignedDuration::from_secs(90);
        let id: DiagnosisListId = filling.id(at);
        let codes: Vec<String> = visit.case.codes.iter().map(|code| (*code).to_owned()).collect();
        ids.push(id.uuid());
        encounters.push(visit.encounter.uuid());
        patients.push(visit.patient.id.uuid());
        counts.push(i16::try_from(codes.len()).map_err(Error::internal)?);
        bodies.push(seal_codes(&visit.patient.key, domain.randomness(), id, 1, &codes)?);
        authors.push(visit.doctor.user.uuid());
        recorded.push(at.to_sqlx());
        used.extend(codes);
    }
    used.sort();
    used.dedup();
    let known = sqlx::query_scalar!("select count(*) as \"known!\" from icd10cm where code = any($1) and billable", &used)
        .fetch_one(filling.tx.connection())
        .await?;
    if usize::try_from(known) != Ok(used.len()) {
        return Err(Error::internal("a case of the demonstration has a code that cannot be recorded"));
    }
    sqlx::query!(
        "insert into diagnosis_lists (id, encounter_id, patient_id, latest, diagnosed)
         select t.id, t.encounter, t.patient, 1, t.diagnosed
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int2[]) as t(id, encounter, patient, diagnosed)",
        &ids,
        &encounters,
        &patients,
        &counts
    )
    .execute(filling.tx.connection())
    .await?;
    sqlx::query!(
        "insert into diagnosis_versions (list_id, version, body_cipher, author_user_id, written_at)
         select t.list, 1, t.body, t.author, t.at from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::timestamptz[]) as t(list, body, author, at)",
        &ids,
        &bodies,
        &authors,
        &recorded as &[jiff_sqlx::Timestamp]
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

const ALLERGIES: [(&str, &str, AllergySeverity); 12] = [
    ("Penicillin", "Rash on the trunk", AllergySeverity::Moderate),
    ("Penicillin", "Swelling of the face, treated in hospital", AllergySeverity::Severe),
    ("Birch pollen", "Sneezing, itchy eyes", AllergySeverity::Mild),
    ("Grass pollen", "Sneezing, itchy eyes", AllergySeverity::Mild),
    ("House dust mite", "Blocked nose in the morning", AllergySeverity::Mild),
    ("Peanut", "Swelling of the lips", AllergySeverity::Severe),
    ("Hazelnut", "Itching in the mouth", AllergySeverity::Mild),
    ("Ibuprofen", "Wheezing", AllergySeverity::Moderate),
    ("Latex", "Itching of the hands", AllergySeverity::Moderate),
    ("Wasp venom", "Dizzy, rash all over", AllergySeverity::Severe),
    ("Iodinated contrast medium", "", AllergySeverity::Unknown),
    ("Nickel", "Eczema under the belt buckle", AllergySeverity::Mild),
];

/// The allergies of the printed patient, as indexes into the list.
const OF_THE_PRINTED: [usize; 2] = [1, 3];

/// Writes allergies: a quarter of the patients have one or two, the printed patient has two.
pub(super) async fn allergies(filling: &mut Filling<'_>, doctors: &[Doctor], patients: &[Patient]) -> Result<()> {
    let (mut ids, mut of, mut bodies, mut authors): (Vec<Uuid>, Vec<Uuid>, Vec<Vec<u8>>, Vec<Uuid>) = Default::default();
    let domain = filling.tx.domain().clone();
    let at = filling.now - SignedDuration::from_hours(24 * 95);
    for patient in patients {
        let has: Vec<usize> = match (patient.printed, filling.seeded.below(8)) {
            (true, _) => OF_THE_PRINTED.to_vec(),
            (false, 0) => vec![filling.seeded.below(ALLERGIES.len())],
            (false, 1) => {
                let first = filling.seeded.below(ALLERGIES.len() - 2);
                vec![first, first + 2]
            }
            (false, _) => continue,
        };
        let author = if patient.printed { &doctors[0] } else { filling.seeded.pick(doctors) };
        for (substance, reaction, severity) in has.into_iter().map(|place| ALLERGIES[place]) {
            let id: AllergyId = filling.id(at);
            let reaction = Some(reaction.to_owned()).filter(|reaction| !reaction.is_empty());
            let source = Some(EntrySource::Patient);
            let allergy = Allergy { substance: substance.to_owned(), reaction, severity, source };
            ids.push(id.uuid());
            of.push(patient.id.uuid());
            bodies.push(patient.key.encrypt_json(domain.randomness(), Column::Allergy, id, &allergy)?);
            authors.push(author.user.uuid());
        }
    }
    sqlx::query!(
        "insert into allergies (id, patient_id, body_cipher, author_user_id, recorded_at)
         select t.id, t.patient, t.body, t.author, $5 from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[]) as t(id, patient, body, author)",
        &ids,
        &of,
        &bodies,
        &authors,
        at.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}
