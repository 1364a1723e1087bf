//! Files of all purposes, for whoever uploads and reads them: for each purpose it asks the area that decides about it.
//!
//! A new purpose is a variant of [`FilePurpose`], its limits there, a value of the check in the table `files`, and its arms in this file.

mod attachments;

use crate::{
    Domain, Error, Result,
    access::Access,
    audit::{Audit, AuditAction},
    chat,
    db::Tx,
    directory,
    error::Faults,
    files::{self, Files, NewUpload, Opened, Owner, Shown, resource_of},
    records,
};
use model::{
    errors::{Code, FieldFault},
    files::{FileKind, FilePurpose, UploadView, parse_name},
    ids::{ActingPaperId, ClinicId, FileId, PatientId, ThreadId},
};
use std::fmt;

/// Begins an upload.
#[derive(Clone, Default)]
pub struct BeginUpload {
    /// What the file is for: a word of [`FilePurpose`].
    pub purpose: String,
    /// The patient whose document it is.
    pub patient: Option<PatientId>,
    /// The clinic whose logo it is. Everything else is of the doctor or the patient as whom the caller acts.
    pub clinic: Option<ClinicId>,
    /// The document of a carer or a legal guardian that it shows; none for a right that is given later. The patient is needed too.
    pub paper: Option<ActingPaperId>,
    /// The conversation with one of whose messages it is sent.
    pub thread: Option<ThreadId>,
    /// The document of which it is a newer version. Only a document of a patient has versions.
    pub replaces: Option<FileId>,
    /// The name of the file.
    pub name: String,
    /// The type of the file as its sender knows it: a word of [`FileKind`].
    pub kind: String,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The SHA-256 of the whole file, if the sender knows it.
    pub sha256: Option<[u8; 32]>,
}

/// Leaves out the name, which may be medical.
impl fmt::Debug for BeginUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeginUpload").field("purpose", &self.purpose).field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// Begins an upload.
///
/// # Errors
/// `request.fields_invalid` with the fields `purpose`, `patient_id`, `clinic_id`, `thread_id`, `name`, `kind`, `bytes`; `not_found`, `access.forbidden`, `files.quota`;
/// `request.stale` when there is a newer version of the document that it replaces; `chat.access_ended`, `chat.conversation_closed`.
pub async fn begin(domain: &Domain, access: &Access, command: BeginUpload) -> Result<UploadView> {
    let (purpose, name, kind) = parsed(&command)?;
    let owner = match purpose {
        FilePurpose::PatientDocument | FilePurpose::ActingPaper => {
            Owner::Patient(command.patient.ok_or_else(|| Error::field("patient_id", FieldFault::Missing))?)
        }
        FilePurpose::LicenceDocument | FilePurpose::QualificationDocument | FilePurpose::DoctorPhoto => {
            Owner::Doctor(access.acting_doctor()?)
        }
        FilePurpose::PatientPhoto | FilePurpose::InsuranceCardFront | FilePurpose::InsuranceCardBack => {
            Owner::Patient(access.acting_patient()?)
        }
        FilePurpose::MessageAttachment => return attachments::begin(domain, access, &command, (name, kind)).await,
        FilePurpose::ClinicLogo => Owner::Clinic(command.clinic.ok_or_else(|| Error::field("clinic_id", FieldFault::Missing))?),
    };
    let mut tx = domain.begin("filing.begin", access).await?;
    let new = NewUpload {
        purpose,
        owner,
        name,
        kind,
        bytes: command.bytes,
        sha256: command.sha256,
        by_patient: access.acting().is_ok_and(|acting| acting.patient.is_some()),
        replaces: command.replaces.filter(|_| purpose == FilePurpose::PatientDocument),
    };
    let begun = match owner {
        Owner::Patient(patient) if purpose == FilePurpose::ActingPaper => {
            let permit = directory::permit_to_add_paper(&mut tx, patient).await?;
            match (files::begin(&mut tx, &permit, new).await, command.paper) {
                (Ok(view), Some(paper)) => directory::add_paper_file(&mut tx, &permit, paper, view.id).await.map(|()| view),
                (begun, _) => begun,
            }
        }
        Owner::Patient(patient) if purpose.is_picture() => {
            let permit = directory::permit_to_change_photo(&mut tx, patient).await?;
            files::begin(&mut tx, &permit, new).await
        }
        Owner::Patient(patient) => {
            let permit = records::permit_to_add_document(&mut tx, patient).await?;
            match records::check_replaces(&mut tx, &permit, new.replaces).await {
                Ok(()) => files::begin(&mut tx, &permit, new).await,
                Err(error) => Err(error),
            }
        }
        Owner::Doctor(doctor) => {
            let permit = directory::permit_to_add_credential(&mut tx, doctor).await?;
            files::begin(&mut tx, &permit, new).await
        }
        Owner::Clinic(clinic) => {
            let permit = directory::permit_to_change_logo(&mut tx, clinic).await?;
            files::begin(&mut tx, &permit, new).await
        }
    };
    let (tx, view) = or_closed(tx, begun).await?;
    let begun = entry(AuditAction::FilesUploadBegun, purpose, owner, view.id);
    let begun = match command.replaces.filter(|_| purpose == FilePurpose::PatientDocument) {
        Some(earlier) => begun.with_id("replaces", earlier),
        None => begun,
    };
    let paper = command.paper.filter(|_| purpose == FilePurpose::ActingPaper);
    tx.commit(paper.map_or(begun.clone(), |paper| begun.with_id("paper", paper))).await?;
    Ok(view)
}

/// Says that all parts of an upload of the caller were sent; the file is then checked. A repeat changes nothing.
///
/// # Errors
/// `not_found`, `access.forbidden`, `files.incomplete`.
pub async fn complete(domain: &Domain, access: &Access, upload: FileId) -> Result<UploadView> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("filing.complete", access).await?;
    let about = files::about(&mut tx, upload).await?.filter(|about| about.added_by == user).ok_or(Code::NotFound)?;
    // What a new logo takes the place of.
    let mut before = None;
    let completed = match (about.purpose, about.owner) {
        (FilePurpose::PatientDocument, Owner::Patient(patient)) => {
            let permit = records::permit_to_add_document(&mut tx, patient).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (FilePurpose::LicenceDocument | FilePurpose::QualificationDocument, Owner::Doctor(doctor)) => {
            let permit = directory::permit_to_add_credential(&mut tx, doctor).await?;
            match files::complete(&mut tx, &permit, upload).await {
                Ok((view, true)) => directory::credential_added(&mut tx, &permit).await.map(|()| (view, true)),
                repeated_or_failed => repeated_or_failed,
            }
        }
        (FilePurpose::DoctorPhoto, Owner::Doctor(doctor)) => {
            let permit = directory::permit_to_add_credential(&mut tx, doctor).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (
            FilePurpose::PatientPhoto | FilePurpose::InsuranceCardFront | FilePurpose::InsuranceCardBack,
            Owner::Patient(patient),
        ) => {
            let permit = directory::permit_to_change_photo(&mut tx, patient).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (FilePurpose::ActingPaper, Owner::Patient(patient)) => {
            let permit = directory::permit_to_add_paper(&mut tx, patient).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (FilePurpose::MessageAttachment, Owner::Patient(_)) => {
            let thread = chat::thread_of_unsent(&mut tx, upload).await?;
            let permit = chat::permit_to_attach(&mut tx, thread).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (FilePurpose::ClinicLogo, Owner::Clinic(clinic)) => {
            let permit = directory::permit_to_change_logo(&mut tx, clinic).await?;
            before = directory::logo_in_use(&mut tx, clinic).await?;
            files::complete(&mut tx, &permit, upload).await
        }
        (
            FilePurpose::PatientDocument
            | FilePurpose::LicenceDocument
            | FilePurpose::QualificationDocument
            | FilePurpose::DoctorPhoto
            | FilePurpose::PatientPhoto
            | FilePurpose::InsuranceCardFront
            | FilePurpose::InsuranceCardBack
            | FilePurpose::ClinicLogo
            | FilePurpose::ActingPaper
            | FilePurpose::MessageAttachment,
            Owner::Patient(_) | Owner::Clinic(_) | Owner::Doctor(_),
        ) => return Err(of_another_kind()),
    };
    let (tx, (view, is_new)) = or_closed(tx, completed).await?;
    if is_new {
        let added = entry(AuditAction::FilesAdded, about.purpose, about.owner, upload);
        tx.commit(before.map_or(added.clone(), |before| added.with_id("before", before))).await?;
    } else {
        tx.close().await?;
    }
    Ok(view)
}

/// Deletes an upload of the caller that was not completed, or takes back a file that was added to a conversation and not sent.
///
/// # Errors
/// `not_found`, `files.upload_over`.
pub async fn abandon(domain: &Domain, access: &Access, upload: FileId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("filing.abandon", access).await?;
    let about = files::about(&mut tx, upload).await?.filter(|about| about.added_by == user).ok_or(Code::NotFound)?;
    if about.purpose == FilePurpose::MessageAttachment && !about.is_uploading {
        tx.close().await?;
        return attachments::take_back(domain, access, upload).await;
    }
    let abandoned = files::abandon(&mut tx, upload).await;
    let (tx, ()) = or_closed(tx, abandoned).await?;
    tx.commit(entry(AuditAction::FilesUploadAbandoned, about.purpose, about.owner, upload)).await
}

/// Opens a file, or the small picture of it. The read is in the audit log before anything is sent.
///
/// # Errors
/// `not_found`, `files.not_ready`, `files.not_scanned`.
pub async fn open(domain: &Domain, files: &Files, access: &Access, file: FileId, shown: Shown) -> Result<Opened> {
    access.acting()?;
    let mut tx = domain.begin_reading("filing.open", access).await?;
    let about = files::about(&mut tx, file).await?.filter(|about| !about.is_uploading).ok_or(Code::NotFound)?;
    let opened = match (about.purpose, about.owner) {
        (FilePurpose::PatientDocument, Owner::Patient(patient)) => {
            let permit = records::permit_to_read_documents(&mut tx, patient).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::LicenceDocument | FilePurpose::QualificationDocument | FilePurpose::DoctorPhoto, Owner::Doctor(doctor)) => {
            let permit = directory::permit_to_read_credentials(&mut tx, doctor).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::PatientPhoto, Owner::Patient(patient)) => {
            let permit = directory::permit_to_see_photo(&mut tx, patient).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::InsuranceCardFront | FilePurpose::InsuranceCardBack, Owner::Patient(patient)) => {
            let permit = directory::permit_to_see_insurance_card(&mut tx, patient).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::ActingPaper, Owner::Patient(patient)) => {
            let permit = directory::permit_to_read_papers(&mut tx, patient).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::MessageAttachment, Owner::Patient(_)) => {
            let permit = chat::permit_to_read_attachment(&mut tx, file).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (FilePurpose::ClinicLogo, Owner::Clinic(clinic)) => {
            let permit = directory::permit_to_see_logo(&mut tx, clinic).await?;
            files::open(&mut tx, files, &permit, file, shown).await?
        }
        (
            FilePurpose::PatientDocument
            | FilePurpose::LicenceDocument
            | FilePurpose::QualificationDocument
            | FilePurpose::DoctorPhoto
            | FilePurpose::PatientPhoto
            | FilePurpose::InsuranceCardFront
            | FilePurpose::InsuranceCardBack
            | FilePurpose::ClinicLogo
            | FilePurpose::ActingPaper
            | FilePurpose::MessageAttachment,
            Owner::Patient(_) | Owner::Clinic(_) | Owner::Doctor(_),
        ) => return Err(of_another_kind()),
    };
    tx.commit(read_entry(about.purpose, about.owner, file)).await?;
    Ok(opened)
}

/// Opens the document that a link shares, for whoever has the link. The read is in the audit log before anything is sent.
///
/// # Errors
/// `identity.link_unknown`, `records.share_expired`, `records.share_ended`; `not_found`, `files.not_ready`, `files.not_scanned`.
pub async fn open_shared(domain: &Domain, files: &Files, access: &Access, token: &str) -> Result<Opened> {
    // The link is the right to read it, whoever asks.
    let mut unnamed = Access::system(access.request);
    unnamed.address = access.address;
    let mut tx = domain.begin_reading("filing.open_shared", &unnamed).await?;
    let (patient, file) = records::shared_file(&mut tx, token).await?;
    let about = files::about(&mut tx, file).await?.filter(|about| about.owner == Owner::Patient(patient));
    let about = about.filter(|about| about.purpose == FilePurpose::PatientDocument).ok_or(Code::NotFound)?;
    let permit = records::permit_to_read_documents(&mut tx, patient).await?;
    let opened = files::open(&mut tx, files, &permit, file, Shown::Content).await?;
    tx.commit(read_entry(about.purpose, about.owner, file)).await?;
    Ok(opened)
}

/// Opens the photo of a verified doctor, or the small one. Everybody may see it, so nobody is asked and nothing is recorded.
///
/// # Errors
/// `not_found`.
pub async fn photo(domain: &Domain, files: &Files, access: &Access, file: FileId, shown: Shown) -> Result<Opened> {
    let mut tx = domain.begin_reading("filing.photo", access).await?;
    let about = files::about(&mut tx, file).await?.filter(|about| about.purpose.is_photo()).ok_or(Code::NotFound)?;
    match about.owner {
        Owner::Doctor(doctor) => directory::check_shown_to_all(&mut tx, doctor).await?,
        // The photo of a patient is read like every file of a patient.
        Owner::Patient(_) | Owner::Clinic(_) => return Err(Code::NotFound.into()),
    }
    let opened = files::open_photo(&mut tx, files, file, shown).await?;
    tx.close().await?;
    Ok(opened)
}

/// The transaction and the outcome; after a failure the transaction is rolled back at once, because it holds locks.
async fn or_closed<T>(tx: Tx, outcome: Result<T>) -> Result<(Tx, T)> {
    match outcome {
        Ok(done) => Ok((tx, done)),
        Err(error) => {
            tx.close().await?;
            Err(error)
        }
    }
}

fn parsed(command: &BeginUpload) -> Result<(FilePurpose, String, FileKind)> {
    let mut faults = Faults::default();
    let purpose = faults.take("purpose", FilePurpose::parse(&command.purpose));
    let name = faults.take("name", parse_name(&command.name));
    let of_purpose = |kind: FileKind| match purpose {
        Some(purpose) if !purpose.kinds().contains(&kind) => Err(FieldFault::UnknownChoice),
        Some(_) | None => Ok(kind),
    };
    let kind = faults.take("kind", FileKind::parse(&command.kind).and_then(of_purpose));
    let most = purpose.map_or(u64::MAX, FilePurpose::most_bytes);
    if command.bytes == 0 {
        faults.add("bytes", FieldFault::Missing);
    } else if command.bytes > most {
        return Err(Code::BodyTooLarge.into());
    }
    faults.check()?;
    purpose.zip(name).zip(kind).map(|((purpose, name), kind)| (purpose, name, kind)).ok_or_else(of_another_kind)
}

fn entry(action: AuditAction, purpose: FilePurpose, owner: Owner, file: FileId) -> Audit {
    of_owner(Audit::of(action), purpose, owner, file)
}

fn read_entry(purpose: FilePurpose, owner: Owner, file: FileId) -> Audit {
    let read = match owner {
        Owner::Patient(_) => Audit::read(AuditAction::FilesRead),
        // A read of medical data is written once for each patient; this one has no patient, and is written each time.
        Owner::Clinic(_) | Owner::Doctor(_) => Audit::of(AuditAction::FilesRead),
    };
    of_owner(read, purpose, owner, file)
}

fn of_owner(entry: Audit, purpose: FilePurpose, owner: Owner, file: FileId) -> Audit {
    let entry = entry.on(resource_of(purpose), file).with("purpose", purpose.as_str());
    match owner {
        Owner::Patient(patient) => entry.patient(patient),
        // The resource is the clinic or the doctor: the policy decided about it.
        Owner::Clinic(clinic) => entry.on(resource_of(purpose), clinic).with_id("file", file),
        Owner::Doctor(doctor) => entry.on(resource_of(purpose), doctor).with_id("file", file),
    }
}

/// A file whose owner is not of the kind that its purpose needs; the code that begins uploads makes none.
fn of_another_kind() -> Error {
    Error::internal("a file has an owner that its purpose does not know")
}
