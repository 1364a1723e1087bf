//! Merging two records of one person, and separating them again within 30 days (ADR 43). For administrators of the whole organisation: a record may be known at
//! many clinics.

use super::{
    notices::Event,
    rules,
    store::{
        likely_pairs as pairs, merged_accounts as accounts,
        merging::{self as store, Changed, Details, Mergeable},
    },
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Decide, Suspend},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    identity,
};
use jiff::SignedDuration;
use model::{
    directory::{LikelyPair, MergedRow, MergingView, RecordView, SuspensionKind},
    errors::{Code, FieldFault},
    identity::PersonNumber,
    ids::{MergeId, PatientId, UserId},
    page::{Page, page_size},
};

/// How long merged records can be separated.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The numbers of two records, as they were typed.
#[derive(Debug, Clone)]
pub struct PickRecords {
    /// The number of one.
    pub first: String,
    /// The number of the other one.
    pub second: String,
}

/// Whose value is kept for each detail that differs; what does not differ needs no choice.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeptDetails {
    /// Whose name, with its Latin form.
    pub name: Option<PatientId>,
    /// Whose date of birth.
    pub date_of_birth: Option<PatientId>,
    /// Whose phone number.
    pub phone: Option<PatientId>,
    /// Whose address.
    pub address: Option<PatientId>,
}

/// Merges two records.
#[derive(Debug, Clone)]
pub struct MergeRecords {
    /// The record that stays, and the version that was seen.
    pub survivor: (PatientId, i32),
    /// The record that ends, and the version that was seen.
    pub merged: (PatientId, i32),
    /// Which details are kept.
    pub kept: KeptDetails,
    /// Why they are of one person.
    pub reason: String,
    /// The number of the record that ends, typed again.
    pub confirmation: String,
}

/// Which merged records to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListMerged {
    /// The last one of the previous page.
    pub after: Option<MergeId>,
    /// How many.
    pub limit: Option<u32>,
}

/// Records that are likely of one person. A page is what was found among some hundred patients, the newest first, so it may be empty and have a next one.
///
/// # Errors
/// `access.forbidden` for callers who are no administrators of the whole organisation.
pub async fn likely_pairs(domain: &Domain, access: &Access, after: Option<PatientId>) -> Result<Page<LikelyPair>> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin_reading("directory.likely_pairs", access).await?;
    let examined = pairs::examined(tx.connection(), after).await?;
    let items = pairs::likely_pairs(tx.connection(), &examined).await?;
    let last = examined.last().filter(|_| pairs::is_full(&examined));
    let page = Page { items, next_cursor: last.map(ToString::to_string) };
    let shown = page.items.iter().flat_map(|pair| [pair.newer.id, pair.older.id]);
    tx.commit(Audit::of(AuditAction::DirectoryPairsListed).patients(shown)).await?;
    Ok(page)
}

/// The two records of these numbers.
///
/// # Errors
/// `request.fields_invalid` with the fields `first_number` and `second_number`: `UnknownChoice` for a number that nobody has, and for the same one twice;
/// `access.forbidden`.
pub async fn pick_records(domain: &Domain, access: &Access, command: &PickRecords) -> Result<(PatientId, PatientId)> {
    access.scope(ResourceKind::System)?;
    let mut faults = Faults::default();
    let first = faults.take("first_number", PersonNumber::parse(&command.first));
    let second = faults.take("second_number", PersonNumber::parse(&command.second));
    let mut tx = domain.begin_reading("directory.pick_records", access).await?;
    let first = found(&mut tx, &mut faults, ("first_number", first)).await?;
    let second = found(&mut tx, &mut faults, ("second_number", second)).await?;
    tx.close().await?;
    if first.is_some() && first == second {
        faults.add("second_number", FieldFault::UnknownChoice);
    }
    faults.check()?;
    first.zip(second).ok_or_else(|| Error::internal("a form passed its check although a field is missing"))
}

async fn found(
    tx: &mut Tx,
    faults: &mut Faults,
    (field, number): (&'static str, Option<PersonNumber>),
) -> Result<Option<PatientId>> {
    let Some(number) = number else { return Ok(None) };
    let counter = i64::try_from(number.counter()).map_err(Error::internal)?;
    let patient = pairs::numbered(tx.connection(), counter).await?;
    if patient.is_none() {
        faults.add(field, FieldFault::UnknownChoice);
    }
    Ok(patient)
}

/// Two records next to each other, with how many entries belong to each, and what prevents a merge.
///
/// # Errors
/// `not_found` when one of them does not exist, or both are the same; `access.forbidden`.
pub async fn compare_records(domain: &Domain, access: &Access, first: PatientId, second: PatientId) -> Result<MergingView> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("directory.compare_records", access).await?;
    let (one, other) = permits(&mut tx, first, second).await?;
    let view = MergingView {
        first: store::record(&mut tx, &one).await?,
        second: store::record(&mut tx, &other).await?,
        overlaps: store::overlaps(&mut tx, &one, &other).await?,
        is_busy: store::is_busy(&mut tx, first).await? || store::is_busy(&mut tx, second).await?,
    };
    tx.commit(Audit::of(AuditAction::DirectoryRecordsCompared).patients([first, second])).await?;
    Ok(view)
}

/// The permits for both, which lock them in the order of their ids.
pub(super) async fn permits(
    tx: &mut Tx,
    first: PatientId,
    second: PatientId,
) -> Result<(Permit<Decide, Mergeable>, Permit<Decide, Mergeable>)> {
    if first == second {
        return Err(Code::NotFound.into());
    }
    if first < second {
        let one = tx.permit(Decide, Mergeable(first)).await?;
        Ok((one, tx.permit(Decide, Mergeable(second)).await?))
    } else {
        let other = tx.permit(Decide, Mergeable(second)).await?;
        Ok((tx.permit(Decide, Mergeable(first)).await?, other))
    }
}

/// Merges two records of one person: everything that belongs to one of them moves to the other one, which stays and has the chosen details. Signed documents stay what they are,
/// and the audit log too. If both have an account, that of the record that ends is suspended. Those who act for the patient get a mail.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `date_of_birth`, `phone`, `address` (a detail that differs, without a choice), `reason` and `confirmation`;
/// `request.stale`; `directory.merge_overlap`; `directory.merge_busy`; `directory.merge_staff`; `not_found`; `access.forbidden`; the errors of suspending an account.
pub async fn merge_records(domain: &Domain, access: &Access, command: MergeRecords) -> Result<MergeId> {
    access.scope(ResourceKind::System)?;
    let MergeRecords { survivor: (survivor, seen), merged: (merged, seen_merged), kept, reason, confirmation } = command;
    let mut tx = domain.begin("directory.merge_records", access).await?;
    let (one, other) = permits(&mut tx, survivor, merged).await?;
    let (before, ending) = (store::record(&mut tx, &one).await?, store::record(&mut tx, &other).await?);
    if before.version != seen || ending.version != seen_merged {
        return Err(Code::Stale.into());
    }
    let mut faults = Faults::default();
    let after = chosen(&mut faults, &before, &ending, kept);
    let reason = faults.take("reason", rules::reason(&reason));
    let typed = faults.take("confirmation", PersonNumber::parse(&confirmation));
    if typed.is_some_and(|typed| typed.to_string() != ending.number) {
        faults.add("confirmation", FieldFault::UnknownChoice);
    }
    faults.check()?;
    let reason = reason.ok_or_else(|| Error::internal("a form passed its check although a field is missing"))?;
    if !store::overlaps(&mut tx, &one, &other).await?.is_empty() {
        return Err(Code::MergeOverlap.into());
    }
    if store::is_busy(&mut tx, merged).await? {
        return Err(Code::MergeBusy.into());
    }
    let suspended = suspend_other(&mut tx, survivor, merged, &reason).await?;
    let (id, final_at) = (tx.new_id::<MergeId>(), tx.now() + KEPT);
    let changed = Changed { before: Details::from(&before), after };
    let moved = store::merge(&mut tx, (&one, &other), id, (&reason, &changed), suspended, final_at).await?;
    // A visit that began at the same moment has held its appointment until now.
    if store::is_busy(&mut tx, survivor).await? {
        return Err(Code::MergeBusy.into());
    }
    store::write(&mut tx, &one, &changed.after).await?;
    tx.emit(Event::RecordsMerged { merge: id }).await?;
    let entry = Audit::of(AuditAction::DirectoryRecordsMerged).patients([survivor, merged]);
    let entry = entry.on(ResourceKind::Patient, survivor).with_id("merge", id).with_id("merged", merged);
    let entry = entry.with("moved", moved).with("final_at", final_at);
    // The old and new values are about a patient, so the log says which details were changed, and the merge keeps them encrypted.
    let entry = differing(&changed).into_iter().fold(entry, |entry, part| entry.with(part, "changed"));
    tx.commit(suspended.into_iter().fold(entry, |entry, user| entry.with_id("suspended", user))).await?;
    Ok(id)
}

/// The details that the record that stays has from now on.
fn chosen(faults: &mut Faults, survivor: &RecordView, merged: &RecordView, kept: KeptDetails) -> Details {
    let mut from = |field: &str, is_same: bool, choice: Option<PatientId>| match choice {
        _ if is_same => survivor,
        Some(patient) if patient == survivor.id => survivor,
        Some(patient) if patient == merged.id => merged,
        Some(_) => {
            faults.add(field, FieldFault::UnknownChoice);
            survivor
        }
        None => {
            faults.add(field, FieldFault::Missing);
            survivor
        }
    };
    let name = from("name", survivor.same_name(merged), kept.name);
    let birth = from("date_of_birth", survivor.date_of_birth == merged.date_of_birth, kept.date_of_birth);
    let phone = from("phone", survivor.phone == merged.phone, kept.phone);
    let address = from("address", survivor.address == merged.address, kept.address);
    Details {
        name: name.name.clone(),
        latin_name: name.latin_name.clone(),
        date_of_birth: birth.date_of_birth,
        phone: phone.phone.clone(),
        address: address.address.clone(),
    }
}

/// The names of the details that a merge changes.
fn differing(Changed { before, after }: &Changed) -> Vec<&'static str> {
    let parts = [
        ("name", before.name != after.name || before.latin_name != after.latin_name),
        ("date_of_birth", before.date_of_birth != after.date_of_birth),
        ("phone", before.phone != after.phone),
        ("address", before.address != after.address),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}

/// Suspends the account of the record that ends if both have one: a patient signs in with one account.
async fn suspend_other(tx: &mut Tx, survivor: PatientId, merged: PatientId, reason: &str) -> Result<Option<UserId>> {
    let stays = accounts::account_of(tx, survivor).await?;
    let ends = accounts::account_of(tx, merged).await?;
    let Some(user) = ends.filter(|_| stays.is_some()) else { return Ok(None) };
    if accounts::is_needed(tx, user, [survivor, merged]).await? {
        return Err(Code::MergeStaff.into());
    }
    let Some(version) = accounts::open_account(tx, user).await? else { return Ok(None) };
    change_account(tx, user, SuspensionKind::Suspended, reason, version).await?;
    Ok(Some(user))
}

async fn change_account(tx: &mut Tx, user: UserId, kind: SuspensionKind, reason: &str, version: i32) -> Result<()> {
    let permit = tx.permit(Suspend, user).await?;
    let suspension = identity::change_account(tx, &permit, kind, reason, version).await?.suspension;
    tx.emit(match kind {
        SuspensionKind::Suspended => Event::UserSuspended { user, suspension },
        SuspensionKind::Restored => Event::UserRestored { user, suspension },
    })
    .await
}

/// Merged records that can be separated, the newest first.
///
/// # Errors
/// `access.forbidden`.
pub async fn merged_records(domain: &Domain, access: &Access, command: ListMerged) -> Result<Page<MergedRow>> {
    access.scope(ResourceKind::System)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("directory.merged_records", access).await?;
    let rows = store::list(&mut tx, command.after, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let shown = page.items.iter().flat_map(|row| [row.survivor.id, row.merged.id]);
    tx.commit(Audit::of(AuditAction::DirectoryMergesListed).patients(shown)).await?;
    Ok(page)
}

/// Separates merged records: what the merge has moved goes back, with what was written at these visits since; what is new stays. A detail that was corrected since
/// stays as it is, and any other one is what it was before. An account that the merge suspended is restored. Those who act for one of the patients get a mail.
///
/// # Errors
/// `not_found`, also when they were separated before; `directory.merge_final` after 30 days; `directory.merged_since`; `directory.merge_busy`; `access.forbidden`.
pub async fn separate_records(domain: &Domain, access: &Access, merge: MergeId) -> Result<()> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("directory.separate_records", access).await?;
    let (survivor, merged) = store::pair_of(&mut tx, merge).await?;
    // The record that ended is deleted, so only the one that stays can be asked for; both are locked in the order of their ids.
    let first = survivor.min(merged);
    super::store::lock_patient(&mut tx, first).await?;
    super::store::lock_patient(&mut tx, survivor.max(merged)).await?;
    let found = store::find(&mut tx, merge).await?;
    // In the order back: a detail that both merges changed becomes what it was before both only in this order.
    if store::is_merged_since(&mut tx, merge, survivor).await? {
        return Err(Code::MergedSince.into());
    }
    let permit = tx.permit(Decide, Mergeable(found.survivor)).await?;
    if found.final_at <= tx.now() {
        return Err(Code::MergeFinal.into());
    }
    if store::is_busy(&mut tx, survivor).await? {
        return Err(Code::MergeBusy.into());
    }
    store::separate(&mut tx, merge, found.merged).await?;
    let now = Details::from(&store::record(&mut tx, &permit).await?);
    let details = as_before(&found.changed, now.clone());
    store::write(&mut tx, &permit, &details).await?;
    let restored = accounts::suspended_account(&mut tx, merge).await?;
    if let Some((user, version)) = restored {
        change_account(&mut tx, user, SuspensionKind::Restored, &found.reason, version).await?;
    }
    tx.emit(Event::RecordsSeparated { merge }).await?;
    let entry = Audit::of(AuditAction::DirectoryRecordsSeparated).patients([survivor, merged]);
    let entry = entry.on(ResourceKind::Patient, survivor).with_id("merge", merge).with_id("merged", merged);
    let changed = Changed { before: now, after: details };
    let entry = differing(&changed).into_iter().fold(entry, |entry, part| entry.with(part, "changed"));
    tx.commit(restored.into_iter().fold(entry, |entry, (user, _)| entry.with_id("restored", user))).await
}

/// The details of the record that stays, without what the merge has changed and nobody has corrected since.
fn as_before(Changed { before, after }: &Changed, mut now: Details) -> Details {
    if now.name == after.name && now.latin_name == after.latin_name {
        (now.name, now.latin_name) = (before.name.clone(), before.latin_name.clone());
    }
    if now.date_of_birth == after.date_of_birth {
        now.date_of_birth = before.date_of_birth;
    }
    if now.phone == after.phone {
        now.phone.clone_from(&before.phone);
    }
    if now.address == after.address {
        now.address.clone_from(&before.address);
    }
    now
}
