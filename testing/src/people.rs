//! Creates people for tests, already signed in.

use super::TestClinic;
use argon2::{Argon2, PasswordHasher as _};
use domain::{
    access::{Access, Acting, Actor},
    directory::{self, SignUp},
    identity::{self, ConfirmEmail, Origin},
    vault::Purpose,
};
use jiff_sqlx::ToSqlx;
use std::sync::OnceLock;

use model::{
    ids::{ClinicId, DoctorId, Id, PatientId, RequestId, SessionId, SpecialtyId, UserId},
    text::fold::search_key,
};

/// The password of all people in tests.
pub const PASSWORD: &str = "a long walk by the river";

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user's account.
    pub user: UserId,
    /// The user's session.
    pub session: SessionId,
    /// The email address.
    pub email: String,
    /// The patient id, for patients.
    pub patient: Option<PatientId>,
    /// The doctor id, for doctors.
    pub doctor: Option<DoctorId>,
    acting: Acting,
}

/// A clinic of the organisation, with what doctors need.
#[derive(Debug, Clone, Copy)]
pub struct Practice {
    /// The clinic.
    pub clinic: ClinicId,
    /// A specialty.
    pub specialty: SpecialtyId,
}

impl Person {
    /// The access of a new request of this person.
    #[must_use]
    pub fn access(&self, clinic: &TestClinic) -> Access {
        Access::new(Actor::User(self.acting.clone()), clinic.domain.new_id::<RequestId>())
    }

    /// The patient id.
    ///
    /// # Panics
    /// When the person is not a patient.
    #[must_use]
    pub fn patient(&self) -> PatientId {
        self.patient.expect("the person is a patient")
    }

    /// The doctor id.
    ///
    /// # Panics
    /// When the person is not a doctor.
    #[must_use]
    pub fn doctor(&self) -> DoctorId {
        self.doctor.expect("the person is a doctor")
    }
}

impl TestClinic {
    /// Creates a clinic in London with a specialty.
    pub async fn practice(&self) -> Practice {
        let (clinic, specialty) = (self.domain.new_id::<ClinicId>(), self.domain.new_id::<SpecialtyId>());
        self.run(
            "insert into clinics (id, name, time_zone, country, currency, address_lines) values ($1, 'Riverside Clinic', 'Europe/London', 'GB', 'GBP', '{}')",
            clinic,
        )
        .await;
        sqlx::query(
            "insert into specialties (id, slug, name) values ($1, 'general-practice-' || right($1::text, 12), 'General practice')",
        )
        .bind(specialty.uuid())
        .execute(&self.owner)
        .await
        .expect("a specialty can be inserted");
        Practice { clinic, specialty }
    }

    /// Creates a patient through the ordinary sign-up.
    pub async fn patient(&self, name: &str) -> Person {
        let email = address(name);
        let sign_up = SignUp {
            name: name.to_owned(),
            latin_name: String::new(),
            email: email.clone(),
            password: PASSWORD.to_owned(),
            date_of_birth: ["12", "4", "1990"].map(str::to_owned),
            phone: "+44 20 7946 0123".to_owned(),
            time_zone: "Europe/London".to_owned(),
            language: "en".to_owned(),
            origin: Origin::default(),
        };
        directory::sign_up(&self.domain, &self.stranger(), sign_up).await.expect("a patient signs up");
        self.signed_in(&email).await
    }

    /// Lets a person act for a patient as `relation`, a word of [`model::directory::ActingRelation`], from the beginning of the test on.
    pub async fn lets_act(&self, person: &Person, patient: PatientId, relation: &str) {
        sqlx::query("insert into patient_access (patient_id, user_id, relation, starts_at) values ($1, $2, $3, $4)")
            .bind(patient.uuid())
            .bind(person.user.uuid())
            .bind(relation)
            .bind(super::BEGIN.to_sqlx())
            .execute(&self.owner)
            .await
            .expect("a right to act can be inserted");
    }

    /// Creates a verified doctor of the practice who can be booked on weekdays from 09:00 to 17:00, for 60 pounds.
    pub async fn doctor(&self, name: &str, practice: Practice) -> Person {
        let (user, doctor) = (self.user(name).await, self.domain.new_id::<DoctorId>());
        sqlx::query(
            "with doctor as (
               insert into doctors (id, user_id, full_name, name_search, status, fee_minor, fee_checked_at, currency, applied_at)
               values ($1, $2, $3, $9, 'verified', 6000, $6, 'GBP', $6)),
             member as (
               insert into memberships (id, user_id, role, clinic_id, created_at) values ($7, $2, 'doctor', $4, $6)),
             licence as (
               insert into licences (id, doctor_id, number, authority, country, expires_on, created_at)
               values ($8, $1, $8::text, 'GMC', 'GB', '2030-01-01', $6)),
             hours as (
               insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from)
               select gen_random_uuid(), $1, $4, weekday, '09:00', '17:00', '2020-01-01' from generate_series(1, 5) weekday)
             insert into doctor_specialties (doctor_id, specialty_id) values ($1, $5)",
        )
        .bind(doctor.uuid())
        .bind(user.uuid())
        .bind(name)
        .bind(practice.clinic.uuid())
        .bind(practice.specialty.uuid())
        .bind(jiff_sqlx::ToSqlx::to_sqlx(super::BEGIN))
        .bind(self.domain.new_id::<model::ids::MembershipId>().uuid())
        .bind(self.domain.new_id::<model::ids::LicenceId>().uuid())
        .bind(search_key(name))
        .execute(&self.owner)
        .await
        .expect("a doctor can be inserted");
        self.session_of(user, address(name)).await
    }

    /// Creates a staff member: `admin`, `nurse`, `receptionist` …; without a practice the role is for all clinics.
    pub async fn staff(&self, name: &str, role: &str, practice: Option<Practice>) -> Person {
        let user = self.user(name).await;
        sqlx::query("insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, $3, $4, $5)")
            .bind(self.domain.new_id::<model::ids::MembershipId>().uuid())
            .bind(user.uuid())
            .bind(role)
            .bind(practice.map(|practice| practice.clinic.uuid()))
            .bind(jiff_sqlx::ToSqlx::to_sqlx(super::BEGIN))
            .execute(&self.owner)
            .await
            .expect("a membership can be inserted");
        self.session_of(user, address(name)).await
    }

    /// Follows the link of the newest sign-up with this address, if one waits, as somebody would whose browser is another one.
    ///
    /// # Panics
    /// When the link is refused.
    pub async fn confirm(&self, email: &str) {
        let waiting: Option<uuid::Uuid> = sqlx::query_scalar(
            "select id from sign_ups where email_key = $1 and used_at is null and details is not null order by created_at desc, id desc limit 1",
        )
        .bind(email)
        .fetch_optional(&self.owner)
        .await
        .expect("the sign-ups can be read");
        let Some(id) = waiting else { return };
        let digest = self.domain.vault().digest(Purpose::Links, &[id.as_bytes()]);
        let token = uuid::Uuid::from_slice(&digest[..16]).expect("16 bytes make a UUID").simple().to_string();
        let command = ConfirmEmail { token, browser: None };
        directory::confirm_email(&self.domain, &self.stranger(), command).await.expect("the link is valid");
    }

    /// Confirms the email address and opens a session, without checking the password.
    pub async fn signed_in(&self, email: &str) -> Person {
        self.confirm(email).await;
        let user: uuid::Uuid = sqlx::query_scalar("select id from users where email_key = $1")
            .bind(email)
            .fetch_one(&self.owner)
            .await
            .expect("the account exists");
        self.session_of(user.into(), email.to_owned()).await
    }

    async fn user(&self, name: &str) -> UserId {
        let user = self.domain.new_id::<UserId>();
        sqlx::query(
            "insert into users (id, display_name, name_search, email, email_key, email_confirmed_at, time_zone, created_at)
             values ($1, $2, $5, $3, $3, $4, 'Europe/London', $4)",
        )
        .bind(user.uuid())
        .bind(name)
        .bind(address(name))
        .bind(jiff_sqlx::ToSqlx::to_sqlx(super::BEGIN))
        .bind(search_key(name))
        .execute(&self.owner)
        .await
        .expect("a user can be inserted");
        sqlx::query("insert into password_credentials (user_id, hash, changed_at) values ($1, $2, $3)")
            .bind(user.uuid())
            .bind(password_hash())
            .bind(jiff_sqlx::ToSqlx::to_sqlx(super::BEGIN))
            .execute(&self.owner)
            .await
            .expect("a password can be inserted");
        user
    }

    async fn session_of(&self, user: UserId, email: String) -> Person {
        let session = self.domain.new_id::<SessionId>();
        sqlx::query(
            "insert into sessions
               (id, user_id, kind, membership_id, created_at, last_seen_at, authenticated_at, expires_at, credential_epoch, assurance)
             select $1, id, 'api', (select id from memberships where user_id = $2 order by created_at limit 1), $3, $3, $3, $3 + interval '1 year',
               credential_epoch, 'one_factor'
             from users where id = $2",
        )
        .bind(session.uuid())
        .bind(user.uuid())
        .bind(jiff_sqlx::ToSqlx::to_sqlx(super::BEGIN))
        .execute(&self.owner)
        .await
        .expect("a session can be inserted");
        let acting =
            identity::resolve_session(&self.domain, session).await.expect("the database answers").expect("the session is valid");
        Person { user, session, email, patient: acting.patient, doctor: acting.doctor, acting }
    }

    async fn run(&self, statement: &'static str, id: impl Id) {
        sqlx::query(statement).bind(id.uuid()).execute(&self.owner).await.expect("the owner may do this");
    }
}

/// The PHC string of [`PASSWORD`], computed once.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Argon2::default().hash_password(PASSWORD.as_bytes()).expect("a password can be hashed").to_string())
}

fn address(name: &str) -> String {
    let local: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}@people.example", local.to_lowercase())
}
