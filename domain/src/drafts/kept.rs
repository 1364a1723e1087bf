//! Drafts that are saved while their author types.

use crate::{
    Domain, Error, Result,
    access::{Access, Acting, actions::Read},
    db::{ROWS_SWEPT, Tx, in_chunks},
    vault::{Column, Purpose, sha256},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    drafts::DraftSubject,
    errors::Code,
    ids::{EncounterId, PatientId, PrescriptionId},
};
use sqlx::PgConnection;
use std::fmt;
use zeroize::Zeroizing;

/// How long a draft is kept after its last change.
pub const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest content, in bytes. A full note (four parts of 10,000 characters, four bytes each) fits.
pub const LONGEST: usize = 256 * 1024;

/// How many drafts one user may have. If there are more, the oldest are deleted.
const MOST: i64 = 200;

/// A draft to save.
#[derive(Clone)]
pub struct Keep {
    /// The form's name.
    pub form: String,
    /// What the form is about.
    pub subject: DraftSubject,
    /// The page that writes it: the key of its form.
    pub page: String,
    /// The number of the change within the page. A change that arrives after a later one is ignored.
    pub number: i64,
    /// The page whose draft was shown when this page was opened.
    pub shown: Option<String>,
    /// The version of what the form changes, as the form showed it; empty when the form creates something new.
    pub version: String,
    /// The form values.
    pub content: String,
}

impl fmt::Debug for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keep").field("form", &self.form).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// The result of saving a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The draft was saved.
    Saved {
        /// When it was saved.
        at: Timestamp,
        /// It replaced text that another page wrote in the meantime.
        replaced_another: bool,
    },
    /// The form of this page was already submitted, or its draft discarded. Nothing was saved.
    Closed,
}

/// A saved draft.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// The form values.
    pub content: String,
    /// The version of what it changes.
    pub version: String,
    /// The page that wrote it.
    pub page: String,
    /// When it was last changed.
    pub saved_at: Timestamp,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("saved_at", &self.saved_at).finish_non_exhaustive()
    }
}

/// Saves what the user has typed so far.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` when the subject does not exist, may not be seen by this user, or was erased; `request.too_large`;
/// `request.malformed`.
pub async fn keep(domain: &Domain, access: &Access, draft: Keep) -> Result<Outcome> {
    let acting = access.acting()?;
    if draft.content.len() > LONGEST {
        return Err(Code::BodyTooLarge.into());
    }
    let is_name = |text: &str| !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_name(&draft.form) || !is_name(&draft.page) || draft.version.len() > 20 {
        return Err(Code::BodyMalformed.into());
    }
    let mut tx = domain.begin_reading("drafts.keep", access).await?;
    let place = permitted(&mut tx, acting, &draft.subject).await?;
    let cipher = encrypted(&mut tx, acting, &place, &draft).await?;
    tx.close().await?;

    let now = domain.now();
    let mut db = domain.pool().begin().await?;
    let before = sqlx::query!(
        "select cipher is not null as \"has_text!\", page, closed_by from kept_drafts
         where user_id = $1 and form = $2 and subject = $3 for update",
        acting.user.uuid(),
        draft.form,
        place.subject
    )
    .fetch_optional(&mut *db)
    .await?;
    let mut replaced_another = false;
    if let Some(before) = before {
        if before.closed_by.as_ref() == Some(&draft.page) {
            return Ok(Outcome::Closed);
        }
        replaced_another = before.has_text && before.page != draft.page && draft.shown.as_ref() != Some(&before.page);
    }
    sqlx::query!(
        "insert into kept_drafts as d (user_id, form, subject, patient_id, cipher, version, saved_at, page, change_number)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (user_id, form, subject) do update set
           cipher = excluded.cipher, version = excluded.version, saved_at = excluded.saved_at, page = excluded.page,
           change_number = excluded.change_number
         where d.page <> excluded.page or d.change_number < excluded.change_number",
        acting.user.uuid(),
        draft.form,
        place.subject,
        place.patient.map(PatientId::uuid),
        cipher,
        draft.version,
        now.to_sqlx(),
        draft.page,
        draft.number
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from kept_drafts where user_id = $1 and (form, subject) in (
           select form, subject from kept_drafts where user_id = $1 order by saved_at desc, form, subject offset $2)",
        acting.user.uuid(),
        MOST
    )
    .execute(&mut *db)
    .await?;
    db.commit().await?;
    Ok(Outcome::Saved { at: now, replaced_another })
}

/// The user's own draft, if there is one that is not too old; `None` if the user may no longer see the subject, or its data was erased.
///
/// # Errors
/// `access.sign_in_needed`; `database.unavailable`.
pub async fn load_kept(domain: &Domain, access: &Access, form: &str, subject: &DraftSubject) -> Result<Option<Kept>> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("drafts.load_kept", access).await?;
    let found = match place_of(tx.connection(), acting, subject).await? {
        Some(place) => find(&mut tx, acting, form, subject, &place).await?,
        None => None,
    };
    tx.close().await?;
    Ok(found)
}

async fn find(tx: &mut Tx, acting: &Acting, form: &str, subject: &DraftSubject, place: &Place) -> Result<Option<Kept>> {
    let since = tx.now() - LIFE;
    let row = sqlx::query!(
        "select cipher as \"cipher!\", version, page, saved_at from kept_drafts
         where user_id = $1 and form = $2 and subject = $3 and cipher is not null and saved_at > $4",
        acting.user.uuid(),
        form,
        place.subject,
        since.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    // Most forms have no draft. The policy is asked, and a refusal audited, only when there is one.
    let Some(row) = row else { return Ok(None) };
    let opened = async {
        permit(tx, acting, subject).await?;
        decrypted(tx, acting, place, form, &row.cipher).await
    };
    let plain = match opened.await {
        Ok(plain) => plain,
        Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden) => return Ok(None),
        Err(error) => return Err(error),
    };
    let content = String::from_utf8(plain.to_vec()).map_err(Error::internal)?;
    Ok(Some(Kept { content, version: row.version, page: row.page, saved_at: row.saved_at.to_jiff() }))
}

/// Ends the draft of a page whose form was submitted or whose draft was discarded. Text that another page has written since then stays, unless it is
/// the text that this page showed (`shown`). Saves of this page that arrive later are ignored.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` when the subject does not exist or may not be seen by this user.
pub async fn close(
    domain: &Domain,
    access: &Access,
    form: &str,
    subject: &DraftSubject,
    page: &str,
    shown: Option<&str>,
) -> Result<()> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("drafts.close", access).await?;
    let place = permitted(&mut tx, acting, subject).await?;
    tx.close().await?;
    sqlx::query!(
        "insert into kept_drafts as d (user_id, form, subject, patient_id, saved_at, page, change_number, closed_by)
         values ($1, $2, $3, $4, $5, $6, 0, $6)
         on conflict (user_id, form, subject) do update set
           cipher = case when d.page = $6 or d.page = $7 then null else d.cipher end,
           closed_by = $6",
        acting.user.uuid(),
        form,
        place.subject,
        place.patient.map(PatientId::uuid),
        domain.now().to_sqlx(),
        page,
        shown
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Deletes drafts that were not changed for a week; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_kept(domain: &Domain) -> Result<u64> {
    let since = (domain.now() - LIFE).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from kept_drafts where ctid = any(array(select ctid from kept_drafts where saved_at < $1 limit $2))",
            since,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}

/// Where a draft is stored: its subject as text, and the patient whom it is about.
struct Place {
    subject: String,
    patient: Option<PatientId>,
}

impl Place {
    /// What the ciphertext is bound to: if it is moved to another user, form or subject, it cannot be decrypted.
    fn bound_to(&self, acting: &Acting, form: &str) -> Vec<u8> {
        let digest = sha256(&[acting.user.uuid().as_bytes(), form.as_bytes(), b"\0", self.subject.as_bytes()]);
        [Column::KeptDraft.label().as_bytes(), &digest].concat()
    }
}

/// The place of a subject, without checking whether the user may know it.
async fn place_of(connection: &mut PgConnection, acting: &Acting, subject: &DraftSubject) -> Result<Option<Place>> {
    let patient = match subject {
        DraftSubject::Own(detail) => {
            let subject = match acting.patient {
                // When the user acts on behalf of another person, the same page is about that person.
                Some(patient) => format!("own:{patient}:{detail}"),
                None => format!("own:{detail}"),
            };
            return Ok(Some(Place { subject, patient: acting.patient }));
        }
        DraftSubject::Visit(visit) | DraftSubject::PatientOf(visit) => patient_of_visit(connection, *visit).await?,
        DraftSubject::Patient(patient) => Some(*patient),
        DraftSubject::Prescription(prescription, _) => patient_of_prescription(connection, *prescription).await?,
    };
    let Some(patient) = patient else { return Ok(None) };
    let subject = match subject {
        DraftSubject::PatientOf(_) => DraftSubject::Patient(patient).to_string(),
        other => other.to_string(),
    };
    Ok(Some(Place { subject, patient: Some(patient) }))
}

async fn patient_of_visit(connection: &mut PgConnection, visit: EncounterId) -> Result<Option<PatientId>> {
    let row = sqlx::query_scalar!("select patient_id as \"patient_id!\" from visit_course where encounter_id = $1", visit.uuid());
    Ok(row.fetch_optional(connection).await?.map(PatientId::from))
}

async fn patient_of_prescription(connection: &mut PgConnection, prescription: PrescriptionId) -> Result<Option<PatientId>> {
    let row = sqlx::query_scalar!(
        "select patient_id as \"patient_id!\" from prescription_people where prescription_id = $1",
        prescription.uuid()
    );
    Ok(row.fetch_optional(connection).await?.map(PatientId::from))
}

/// A user who may see the subject may save a draft about it. Whether the form may be submitted is decided when it is submitted.
async fn permit(tx: &mut Tx, acting: &Acting, subject: &DraftSubject) -> Result<()> {
    match subject {
        DraftSubject::Own(_) => tx.permit(Read, acting.user).await.map(drop),
        DraftSubject::Visit(visit) | DraftSubject::PatientOf(visit) => tx.permit(Read, *visit).await.map(drop),
        DraftSubject::Patient(patient) => tx.permit(Read, *patient).await.map(drop),
        DraftSubject::Prescription(prescription, _) => tx.permit(Read, *prescription).await.map(drop),
    }
}

async fn permitted(tx: &mut Tx, acting: &Acting, subject: &DraftSubject) -> Result<Place> {
    permit(tx, acting, subject).await?;
    place_of(tx.connection(), acting, subject).await?.ok_or_else(|| Code::NotFound.into())
}

/// Encrypts with the patient's key; a draft that is not about a patient, with a key of the user.
async fn encrypted(tx: &mut Tx, acting: &Acting, place: &Place, draft: &Keep) -> Result<Vec<u8>> {
    let (bound_to, text) = (place.bound_to(acting, &draft.form), draft.content.as_bytes());
    match place.patient {
        Some(patient) => {
            let key = tx.patient_key(patient).await?;
            Ok(key.key().encrypt(tx.domain().randomness(), &bound_to, text))
        }
        None => {
            let domain = tx.domain();
            Ok(domain.vault().encrypt_for(owner(acting.user.uuid().as_bytes()), domain.randomness(), &bound_to, text))
        }
    }
}

async fn decrypted(tx: &mut Tx, acting: &Acting, place: &Place, form: &str, cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let bound_to = place.bound_to(acting, form);
    match place.patient {
        Some(patient) => tx.patient_key(patient).await?.open(&bound_to, cipher),
        None => {
            tx.learn_key_of(Purpose::Drafts, cipher).await?;
            tx.domain().vault().decrypt_for(owner(acting.user.uuid().as_bytes()), &bound_to, cipher)
        }
    }
}

/// The owner of a draft that is not about a patient.
const fn owner(user: &[u8]) -> (Purpose, &[u8]) {
    (Purpose::Drafts, user)
}
