//! Patients and doctors in the database.

pub(super) mod accesses;
pub(super) mod acting;
pub(super) mod acting_files;
pub(super) mod addresses;
pub(super) mod birth;
pub(super) mod break_glass;
pub(super) mod claims;
pub(super) mod clinics;
pub(super) mod closure_changes;
pub(super) mod contact;
pub(super) mod cover;
pub(super) mod credentials;
pub(super) mod deletion;
pub(super) mod different;
pub(super) mod doctor_specialties;
pub(super) mod doctor_versions;
pub(super) mod doctors;
pub(super) mod family;
pub(super) mod handovers;
pub(super) mod languages;
pub(super) mod licence_versions;
pub(super) mod licences;
pub(super) mod likely_pairs;
pub(super) mod merged_accounts;
pub(super) mod merging;
pub(super) mod patient_profile;
pub(super) mod patient_versions;
pub(super) mod patients;
pub(super) mod people;
pub(super) mod postcodes;
pub(super) mod profile;
pub(super) mod registration;
pub(super) mod revision;
pub(super) mod setup;
pub(super) mod specialties;
pub(super) mod timetables;

use crate::{
    Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Write},
    db::Tx,
    identity,
};
use jiff_sqlx::ToSqlx;
use model::{
    identity::{DateOfBirth, LatinName, PhoneNumber, WrittenName},
    ids::{ClinicId, DoctorId, PatientId, UserId},
    locale::TimeZoneName,
};
use uuid::Uuid;

impl Subject for PatientId {
    const KIND: ResourceKind = ResourceKind::Patient;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_patient(tx, self).await?;
        }
        let asker = tx.asker();
        let row = sqlx::query!(
            "select exists (select from treats($2, p.id, $3, $4)) as \"treating!\",
               array(select c from cared_for_at(p.id, null, $4) c
                 union select r.clinic_id from patient_clinics r where r.patient_id = p.id) as \"clinics!: Vec<Uuid>\",
               (select g from broken_glass($5, p.id, $6) g) as \"break_glass?: Uuid\"
             from patients p where p.id = $1 and p.deleted_at is null",
            self.uuid(),
            asker.doctor,
            asker.prepared,
            asker.kept,
            asker.user,
            asker.now
        )
        .fetch_optional(tx.connection())
        .await?;
        Ok(row.map(|row| Facts {
            patient: Some(self),
            clinics: row.clinics.into_iter().map(ClinicId::from).collect(),
            treating: row.treating,
            break_glass: row.break_glass.map(Into::into),
            ..Facts::default()
        }))
    }
}

impl Subject for DoctorId {
    const KIND: ResourceKind = ResourceKind::Doctor;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if !lock && let Some(facts) = Facts::of_acting_doctor(tx.access(), self) {
            return Ok(Some(facts));
        }
        let row = if lock {
            sqlx::query_scalar!("select user_id from doctors where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        } else {
            sqlx::query_scalar!("select user_id from doctors where id = $1", self.uuid()).fetch_optional(tx.connection()).await?
        };
        let Some(user) = row.map(UserId::from) else { return Ok(None) };
        let facts = identity::standing(tx.connection(), user).await?;
        Ok(Some(Facts { user: Some(user), doctor: Some(self), ..facts }))
    }
}

/// Locks a patient's row, if it exists.
pub(crate) async fn lock_patient(tx: &mut Tx, patient: PatientId) -> Result<()> {
    sqlx::query!("select id from patients where id = $1 for update", patient.uuid()).fetch_optional(tx.connection()).await?;
    Ok(())
}

/// Inserts a patient and creates the patient's key.
pub(super) async fn insert_patient(
    tx: &mut Tx,
    name: &WrittenName,
    birth: DateOfBirth,
    phone: Option<&PhoneNumber>,
    time_zone: &TimeZoneName,
) -> Result<PatientId> {
    let (id, now) = (tx.new_id::<PatientId>(), tx.now());
    sqlx::query!(
        "insert into patients (id, full_name, latin_name, date_of_birth, time_zone, created_at, name_search) values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        name.name().as_str(),
        name.latin().map(LatinName::as_str),
        birth.date().to_sqlx(),
        time_zone.as_str(),
        now.to_sqlx(),
        name.search_key()
    )
    .execute(tx.connection())
    .await?;
    let key = tx.new_patient_key(id).await?;
    if let Some(phone) = phone {
        let phone = contact::StoredPhone::new(tx, &key, id, phone);
        sqlx::query!(
            "update patients set phone_cipher = $2, phone_index = $3 where id = $1",
            id.uuid(),
            phone.cipher,
            phone.index
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(id)
}

/// The records that have a new name now.
pub(super) struct Renamed {
    /// The user's own patient record.
    pub(super) patient: Option<PatientId>,
    /// The user's doctor record.
    pub(super) doctor: Option<DoctorId>,
}

/// Changes a user's name in their own patient record and in their doctor profile.
pub(super) async fn rename(tx: &mut Tx, permit: &Permit<Write, UserId>, name: &WrittenName) -> Result<Renamed> {
    let user = permit.id();
    let patient = own_record(tx, user).await?;
    if let Some(patient) = patient {
        patient_versions::keep_first(tx, patient).await?;
        sqlx::query!(
            "update patients set full_name = $2, latin_name = $3, name_search = $4, version = version + 1 where id = $1",
            patient.uuid(),
            name.name().as_str(),
            name.latin().map(LatinName::as_str),
            name.search_key()
        )
        .execute(tx.connection())
        .await?;
        patient_versions::keep(tx, patient).await?;
    }
    let doctor = sqlx::query_scalar!("select id from doctors where user_id = $1", user.uuid())
        .fetch_optional(tx.connection())
        .await?
        .map(DoctorId::from);
    if let Some(doctor) = doctor {
        doctor_versions::keep_first(tx, doctor).await?;
        sqlx::query!(
            "update doctors set full_name = $2, name_search = $3, version = version + 1 where id = $1",
            doctor.uuid(),
            name.name().as_str(),
            name.search_key()
        )
        .execute(tx.connection())
        .await?;
        doctor_versions::keep(tx, doctor).await?;
    }
    Ok(Renamed { patient, doctor })
}

/// Changes the time zone in a user's own patient record, if they have one.
pub(super) async fn relocate(tx: &mut Tx, permit: &Permit<Write, UserId>, zone: &TimeZoneName) -> Result<Option<PatientId>> {
    let Some(patient) = own_record(tx, permit.id()).await? else { return Ok(None) };
    patient_versions::keep_first(tx, patient).await?;
    sqlx::query!("update patients set time_zone = $2, version = version + 1 where id = $1", patient.uuid(), zone.as_str())
        .execute(tx.connection())
        .await?;
    patient_versions::keep(tx, patient).await?;
    Ok(Some(patient))
}

/// The user's own patient record, locked.
async fn own_record(tx: &mut Tx, user: UserId) -> Result<Option<PatientId>> {
    let patient = sqlx::query_scalar!(
        "select p.id from patients p join patient_access pa on pa.patient_id = p.id and pa.relation = 'self'
         where pa.user_id = $1 for update of p",
        user.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(patient.map(Into::into))
}

/// Gives a user access to their own patient record.
pub(super) async fn grant_self(tx: &mut Tx, patient: PatientId, user: UserId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into patient_access (patient_id, user_id, relation, starts_at) values ($1, $2, 'self', $3)",
        patient.uuid(),
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
