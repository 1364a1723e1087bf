//! The demonstration clinic: fills an empty database with an organisation that looks like one in use.
//!
//! Four clinics in three countries, twenty specialties, two hundred doctors, two thousand patients, sixty days of schedule around the present day, past
//! and coming appointments, one sign-in per role, and a visit that can be joined right now. Each past visit has a note and diagnoses, many have a
//! prescription, some a conversation and a rating. There are families, a carer, several types of visits, licences that need care, and days on which a clinic
//! is closed. The printed patient and doctor are those whose sign-ins are printed; this patient has a story. The people are
//! invented: their names are combined at random from lists. The same moment gives the same clinic, except for keys, nonces and the codes on
//! prescriptions, which are random as everywhere.
//!
//! Boundary: rows are written in bulk, in one transaction, without calling the use cases (and so without mails and without an audit row for each). A
//! database that has users is not filled.

mod appointments;
mod cases;
mod doctors;
mod entries;
mod families;
mod measurements;
mod names;
mod offers;
mod patients;
mod places;
mod prescriptions;
mod ratings;
mod records;
mod seeded;
mod story;
mod talks;
mod visits;

use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::{Tx, lift},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, Id, MembershipId, PatientId, UserId},
};
use seeded::Seeded;

/// The password of all accounts of the demonstration.
pub const PASSWORD: &str = "walk by the river";

/// An account to sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSignIn {
    /// Its role.
    pub role: Role,
    /// Its email address.
    pub email: String,
    /// The person's name.
    pub name: String,
}

/// What was filled in, or was there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demonstration {
    /// One account per role; after them a parent and a carer, who act for others.
    pub sign_ins: Vec<DemoSignIn>,
    /// The visit between the printed patient and doctor that can be joined now.
    pub open_appointment: AppointmentId,
    /// Whether the database was filled now.
    pub filled: bool,
}

/// The staff accounts, in the order in which they are printed.
const STAFF: [(Role, &str, &str); 6] = [
    (Role::Admin, "Ingrid Solheim", "admin@demo.example"),
    (Role::Nurse, "Tomasz Zieliński", "nurse@demo.example"),
    (Role::Receptionist, "Rosa Almeida", "reception@demo.example"),
    (Role::Pharmacist, "Hiroshi Tanabe", "pharmacy@demo.example"),
    (Role::LabTechnician, "Chidi Nwosu", "laboratory@demo.example"),
    (Role::Support, "Maeve Gallagher", "support@demo.example"),
];
const PATIENT: (&str, &str) = ("Amara Osei", "patient@demo.example");
const DOCTOR: (&str, &str) = ("Dr Lena Hoffmann", "doctor@demo.example");

/// What all fillers use.
struct Filling<'a> {
    tx: &'a mut Tx,
    seeded: &'a Seeded,
    now: Timestamp,
    password_hash: &'a str,
}

impl Filling<'_> {
    /// An id with the time `at`; it is the same at each filling.
    fn id<I: Id>(&self, at: Timestamp) -> I {
        crate::randomness::new_id(at, self.seeded)
    }
}

/// Fills the database if it has no users yet, and makes sure that the printed patient and doctor have a visit that is open now.
///
/// # Errors
/// `database.unavailable`.
pub async fn fill(domain: &Domain, access: &Access) -> Result<Demonstration> {
    // Diagnoses refer to the codes of this table.
    crate::records::load_icd10cm(domain).await?;
    let hash = domain.hasher().hash(PASSWORD).await?;
    let mut tx = domain.begin("demo.fill", access).await?;
    lift(tx.connection()).await?;
    let is_empty =
        sqlx::query_scalar!("select not exists (select from users) as \"is_empty!\"").fetch_one(tx.connection()).await?;
    let now = tx.now();
    if is_empty {
        let seeded = Seeded::new(b"riverside");
        let mut filling = Filling { tx: &mut tx, seeded: &seeded, now, password_hash: &hash };
        let clinics = places::fill(&mut filling).await?;
        let doctors = doctors::fill(&mut filling, &clinics).await?;
        let patients = patients::fill(&mut filling).await?;
        let staff = staff(&mut filling, clinics[0].id).await?;
        let visits = appointments::fill(&mut filling, &doctors, &patients).await?;
        records::notes(&mut filling, &visits).await?;
        records::diagnoses(&mut filling, &visits).await?;
        records::allergies(&mut filling, &doctors, &patients).await?;
        prescriptions::fill(&mut filling, &clinics, &visits).await?;
        talks::fill(&mut filling, &visits).await?;
        ratings::fill(&mut filling, &doctors, &visits, staff.admin).await?;
        offers::visit_types(&mut filling, &doctors).await?;
        offers::licences(&mut filling, &doctors).await?;
        offers::closures(&mut filling, &clinics, staff.admin).await?;
        families::fill(&mut filling, &clinics, staff.desk).await?;
        appointments::reminders(&mut filling).await?;
        entries::fill(&mut filling, &doctors, &patients).await?;
        measurements::fill(&mut filling, &visits).await?;
    }
    let open_appointment = open_visit(&mut tx).await?;
    tx.commit(Audit::of(AuditAction::DemoFilled).on(ResourceKind::Appointment, open_appointment)).await?;

    let mut sign_ins = vec![
        DemoSignIn { role: Role::Patient, email: PATIENT.1.into(), name: PATIENT.0.into() },
        DemoSignIn { role: Role::Doctor, email: DOCTOR.1.into(), name: DOCTOR.0.into() },
    ];
    sign_ins.extend(STAFF.map(|(role, name, email)| DemoSignIn { role, email: email.into(), name: name.into() }));
    let families = [families::PARENT, families::CARER];
    sign_ins.extend(families.map(|(name, email)| DemoSignIn { role: Role::Patient, email: email.into(), name: name.into() }));
    Ok(Demonstration { sign_ins, open_appointment, filled: is_empty })
}

/// The staff who have done something in the demonstration.
struct Staff {
    admin: UserId,
    desk: UserId,
}

/// Staff of the first clinic; admin and support belong to all clinics.
async fn staff(filling: &mut Filling<'_>, clinic: ClinicId) -> Result<Staff> {
    let (mut admin, mut desk) = (None, None);
    let joined = filling.now - SignedDuration::from_hours(24 * 300);
    for (role, name, email) in STAFF {
        let user: UserId = filling.id(joined);
        patients::insert_users(filling, &[user], &[name.to_owned()], &[email.to_owned()], &["Europe/London".to_owned()], joined)
            .await?;
        let membership: MembershipId = filling.id(joined);
        match role {
            Role::Admin => admin = Some(user),
            Role::Receptionist => desk = Some(user),
            Role::Patient | Role::Doctor | Role::Nurse | Role::Pharmacist | Role::LabTechnician | Role::Support => {}
        }
        let clinic = (!matches!(role, Role::Admin | Role::Support)).then(|| clinic.uuid());
        sqlx::query!(
            "insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, $3, $4, $5)",
            membership.uuid(),
            user.uuid(),
            role.as_str(),
            clinic,
            joined.to_sqlx()
        )
        .execute(filling.tx.connection())
        .await?;
    }
    let missing = || Error::internal("the demonstration has no administrator or no receptionist");
    Ok(Staff { admin: admin.ok_or_else(missing)?, desk: desk.ok_or_else(missing)? })
}

/// A confirmed appointment of the printed patient and doctor that covers the present moment; created if there is none, or the last one is over.
async fn open_visit(tx: &mut Tx) -> Result<AppointmentId> {
    let now = tx.now();
    let row = sqlx::query!(
        "select d.id as doctor_id, p.patient_id, m.clinic_id as \"clinic_id!\", du.id as user_id from users du join doctors d on d.user_id = du.id
           join memberships m on m.user_id = du.id and m.clinic_id is not null,
           users pu join patient_access p on p.user_id = pu.id and p.relation = 'self'
         where du.email_key = $1 and pu.email_key = $2 limit 1",
        DOCTOR.1,
        PATIENT.1
    )
    .fetch_one(tx.connection())
    .await?;
    let existing = sqlx::query_scalar!(
        "select id from appointments where doctor_id = $1 and patient_id = $2 and state in ('confirmed', 'in_visit')
           and starts_at <= $3 and ends_at > $4 order by starts_at limit 1",
        row.doctor_id,
        row.patient_id,
        now.to_sqlx(),
        (now + SignedDuration::from_mins(10)).to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    if let Some(existing) = existing {
        return Ok(existing.into());
    }
    let starts_at = five_minutes_floor(now - SignedDuration::from_mins(5));
    let ends_at = starts_at + SignedDuration::from_hours(2);
    let id = tx.new_id::<AppointmentId>();
    let (doctor, patient) = (DoctorId::from(row.doctor_id), PatientId::from(row.patient_id));
    // Delete reservations that overlap the new appointment, and cancel their appointments.
    sqlx::query!(
        "with way as (
           delete from reservations where (doctor_id = $1 or patient_id = $2) and (doctor_range && tstzrange($3, $4) or patient_range && tstzrange($3, $4))
           returning appointment_id)
         update appointments set state = 'cancelled', cancelled_at = $3, version = version + 1 where id in (select appointment_id from way)",
        doctor.uuid(),
        patient.uuid(),
        starts_at.to_sqlx(),
        ends_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let reason = key.encrypt(
        tx.domain().randomness(),
        crate::vault::Column::AppointmentReason,
        id,
        "Sore throat since Thursday, fever in the evenings.",
    );
    let (reservation, encounter) = (tx.new_id::<model::ids::ReservationId>(), tx.new_id::<EncounterId>());
    sqlx::query!(
        "with booked as (
           insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
             booked_by, booked_at)
           select $1, $2, d.id, $3, $4, $5, 'confirmed', 'video', $6, d.fee_minor, d.currency,
             (select user_id from patient_access where patient_id = $2 and relation = 'self'), $9
           from doctors d where d.id = $7 returning id),
         visit as (
           insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id) select $8, id, $2, $7, $3 from booked)
         insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id)
         select $10, $7, $2, tstzrange($4, $5), tstzrange($4, $5), 'confirmed', id from booked",
        id.uuid(),
        patient.uuid(),
        row.clinic_id,
        starts_at.to_sqlx(),
        ends_at.to_sqlx(),
        reason,
        doctor.uuid(),
        encounter.uuid(),
        now.to_sqlx(),
        reservation.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

fn five_minutes_floor(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(300) * 300).unwrap_or(at)
}

/// The time zone of that name; the lists contain only names that exist.
fn zone(name: &str) -> TimeZone {
    jiff::tz::db().get(name).unwrap_or(TimeZone::UTC)
}
