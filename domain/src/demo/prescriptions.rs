//! Signed prescriptions of the past, frozen by the same code as those that a doctor signs; some were cancelled later.

use super::{
    Filling,
    places::{Clinic, SPECIALTIES},
    visits::{TAKEN_BACK_AFTER, Visit},
};
use crate::{
    Error, Result,
    document::Prescriber,
    prescriptions::{Parties, Signed},
    vault::Column,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    directory::Country,
    ids::{EventId, PrescriptionId, PrescriptionItemId},
    prescriptions::{Medicine, VerificationCode},
};
use uuid::Uuid;

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    encounters: Vec<Uuid>,
    created: Vec<jiff_sqlx::Timestamp>,
    signed: Vec<jiff_sqlx::Timestamp>,
    documents: Vec<Vec<u8>>,
    document_hashes: Vec<Vec<u8>>,
    verification_hashes: Vec<Vec<u8>>,
    versions: Vec<i32>,
    items: Items,
    events: Events,
}

#[derive(Default)]
struct Items {
    ids: Vec<Uuid>,
    of: Vec<Uuid>,
    positions: Vec<i16>,
    bodies: Vec<Vec<u8>>,
}

#[derive(Default)]
struct Events {
    ids: Vec<Uuid>,
    of: Vec<Uuid>,
    kinds: Vec<String>,
    reasons: Vec<Option<Vec<u8>>>,
    authors: Vec<Uuid>,
    at: Vec<jiff_sqlx::Timestamp>,
}

/// Writes and signs the prescriptions of these visits.
pub(super) async fn fill(filling: &mut Filling<'_>, clinics: &[Clinic], visits: &[Visit<'_>]) -> Result<()> {
    let prescribed: Vec<_> = visits.iter().filter(|visit| !visit.outcome.remedies.is_empty()).collect();
    let count = i64::try_from(prescribed.len()).map_err(Error::internal)?;
    let numbers =
        sqlx::query_scalar!("select nextval('prescription_numbers') as \"number!\" from generate_series(1, $1::int8)", count)
            .fetch_all(filling.tx.connection())
            .await?;
    let mut rows = Rows::default();
    for (visit, number) in prescribed.into_iter().zip(&numbers) {
        let clinic = clinics.iter().find(|clinic| clinic.id == visit.doctor.clinic);
        let clinic = clinic.ok_or_else(|| Error::internal("a doctor of the demonstration without a clinic"))?;
        rows.push(filling, clinic, visit, *number)?;
    }
    rows.insert(filling, &numbers).await
}

impl Rows {
    fn push(&mut self, filling: &Filling<'_>, clinic: &Clinic, visit: &Visit<'_>, number: i64) -> Result<()> {
        let domain = filling.tx.domain();
        let (source, key) = (domain.randomness(), &visit.patient.key);
        let signed_at = visit.ended - SignedDuration::from_secs(70);
        let id: PrescriptionId = filling.id(signed_at);
        let medicines: Vec<Medicine> = visit.outcome.remedies.iter().map(|remedy| remedy.medicine()).collect();
        for (position, medicine) in (0..).zip(&medicines) {
            let item: PrescriptionItemId = filling.id(signed_at);
            self.items.ids.push(item.uuid());
            self.items.of.push(id.uuid());
            self.items.positions.push(position);
            self.items.bodies.push(key.encrypt_json(source, Column::PrescriptionItem, item, medicine)?);
        }
        // As in normal use, each medicine and the signature make a version.
        self.versions.push(i32::try_from(medicines.len()).map_err(Error::internal)? + 2);
        let mut bits = [0; 16];
        source.fill(&mut bits);
        let code = VerificationCode::from_bits(u128::from_be_bytes(bits));
        let signed = Signed::new(
            parties(clinic, visit, id, number),
            signed_at,
            clinic.letterhead.clone(),
            prescriber(clinic, visit),
            medicines,
            code,
        )?;
        let frozen = signed.freeze(key, source)?;
        self.ids.push(id.uuid());
        self.encounters.push(visit.encounter.uuid());
        self.created.push((signed_at - SignedDuration::from_secs(200)).to_sqlx());
        self.signed.push(signed_at.to_sqlx());
        self.documents.push(frozen.document_cipher);
        self.document_hashes.push(frozen.document_hash.to_vec());
        self.verification_hashes.push(frozen.verification_hash.to_vec());

        let mut event = |kind: &str, at: jiff::Timestamp, reason: Option<&str>| {
            let event: EventId = filling.id(at);
            self.events.ids.push(event.uuid());
            self.events.of.push(id.uuid());
            self.events.kinds.push(kind.to_owned());
            self.events.reasons.push(reason.map(|reason| key.encrypt(source, Column::PrescriptionEventReason, event, reason)));
            self.events.authors.push(visit.doctor.user.uuid());
            self.events.at.push(at.to_sqlx());
        };
        event("signed", signed_at, None);
        let taken_back_at = signed_at + TAKEN_BACK_AFTER;
        if visit.outcome.taken_back.is_some() && taken_back_at < filling.now {
            event("cancelled", taken_back_at, visit.outcome.taken_back);
        }
        Ok(())
    }

    /// Inserts drafts with their medicines first, because a signed prescription accepts no medicine.
    async fn insert(&self, filling: &mut Filling<'_>, numbers: &[i64]) -> Result<()> {
        let connection = filling.tx.connection();
        sqlx::query!(
            "insert into prescriptions (id, number, encounter_id, patient_id, doctor_id, clinic_id, created_at, version)
             select t.id, t.number, e.id, e.patient_id, e.doctor_id, e.clinic_id, t.created, t.version
             from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::timestamptz[], $5::int4[]) as t(id, number, encounter, created, version)
             join encounters e on e.id = t.encounter",
            &self.ids,
            numbers,
            &self.encounters,
            &self.created as &[jiff_sqlx::Timestamp],
            &self.versions
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "insert into prescription_items (id, prescription_id, position, body_cipher)
             select * from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::bytea[])",
            &self.items.ids,
            &self.items.of,
            &self.items.positions,
            &self.items.bodies
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "update prescriptions p set signed_at = t.signed, document_cipher = t.document, document_hash = t.hash, verification_hash = t.code
             from unnest($1::uuid[], $2::timestamptz[], $3::bytea[], $4::bytea[], $5::bytea[]) as t(id, signed, document, hash, code)
             where p.id = t.id",
            &self.ids,
            &self.signed as &[jiff_sqlx::Timestamp],
            &self.documents,
            &self.document_hashes,
            &self.verification_hashes
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "insert into prescription_events (id, prescription_id, kind, reason_cipher, author_user_id, at)
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::uuid[], $6::timestamptz[])",
            &self.events.ids,
            &self.events.of,
            &self.events.kinds,
            &self.events.reasons as &[Option<Vec<u8>>],
            &self.events.authors,
            &self.events.at as &[jiff_sqlx::Timestamp]
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn parties(clinic: &Clinic, visit: &Visit<'_>, prescription: PrescriptionId, number: i64) -> Parties {
    Parties {
        prescription,
        number,
        encounter: visit.encounter,
        clinic: clinic.id,
        clinic_zone: clinic.zone.to_owned(),
        doctor: visit.doctor.id,
        patient: visit.patient.id,
        patient_name: visit.patient.name.clone(),
        patient_born: visit.patient.born,
        patient_number: visit.patient.number,
    }
}

fn prescriber(clinic: &Clinic, visit: &Visit<'_>) -> Prescriber {
    Prescriber {
        name: visit.doctor.name.clone(),
        specialty: SPECIALTIES[visit.doctor.specialty].1.to_owned(),
        licence_number: visit.doctor.licence_number.clone(),
        licence_authority: clinic.authority.to_owned(),
        licence_country: Country::parse(clinic.country)
            .map_or_else(|_| clinic.country.to_owned(), |country| country.name().to_owned()),
    }
}
