//! The unit of work: state, audit and events in one transaction.

use super::{Domain, keys};
use crate::{
    Error, Result,
    access::{Access, Action, Asker, Permit, Relation, Subject},
    audit::{self, Audit},
    settings::Treatment,
    vault::{PatientKey, Purpose},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{BreakGlassId, DoctorId, Id, PatientId, UserId};
use sqlx::{PgConnection, Postgres, Transaction, pool::PoolConnection};
use std::collections::HashMap;

/// A running use case. It ends with [`Tx::commit`]; if it is dropped before that, it rolls back.
///
/// Isolation is READ COMMITTED. Locks are taken in a fixed order (doctors, then patients, each by id; then rows); constraints are the last
/// safeguard.
///
/// A use case that only reads has a connection without a transaction: in READ COMMITTED each statement has its own snapshot anyway, and the audit
/// entry is the only row that is written. That saves BEGIN and COMMIT, two of some five round trips to the database.
#[derive(Debug)]
pub struct Tx {
    domain: Domain,
    access: Access,
    use_case: &'static str,
    now: Timestamp,
    inner: Option<Inner>,
    keys: HashMap<PatientId, PatientKey>,
    emitted: bool,
    /// Users who may do other things once this is committed.
    rights: Vec<UserId>,
    break_glass: Option<BreakGlassId>,
    relation: Option<Relation>,
}

/// Where the statements of a use case run.
#[derive(Debug)]
enum Inner {
    /// In a transaction.
    Changing(Transaction<'static, Postgres>),
    /// Each on its own.
    Reading(PoolConnection<Postgres>),
}

impl Tx {
    pub(super) async fn begin(domain: Domain, use_case: &'static str, access: Access) -> Result<Self> {
        let inner = Inner::Changing(domain.pool().begin().await?);
        Ok(Self::new(domain, use_case, access, inner))
    }

    pub(super) async fn begin_reading(domain: Domain, use_case: &'static str, access: Access) -> Result<Self> {
        let inner = Inner::Reading(domain.pool().acquire().await?);
        Ok(Self::new(domain, use_case, access, inner))
    }

    fn new(domain: Domain, use_case: &'static str, access: Access, inner: Inner) -> Self {
        let now = domain.now();
        let (keys, rights) = (HashMap::new(), Vec::new());
        Self {
            domain,
            access,
            use_case,
            now,
            inner: Some(inner),
            keys,
            emitted: false,
            rights,
            break_glass: None,
            relation: None,
        }
    }

    /// The connection, for the stores.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        match self.inner.as_mut().expect("a transaction is used before its end") {
            Inner::Changing(transaction) => transaction,
            Inner::Reading(connection) => connection,
        }
    }

    /// Refuses a change, a lock or an event in a use case that began only to read.
    fn check_changing(&self) -> Result<()> {
        match self.inner {
            Some(Inner::Reading(_)) => Err(Error::internal(format!("{} began only to read", self.use_case))),
            Some(Inner::Changing(_)) | None => Ok(()),
        }
    }

    /// The moment at which the use case began; everything that it writes carries this time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The caller's access.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The domain that the use case runs in.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Says that a permit was given only because of an access outside of the usual rules, if it was: the audit entry then names it.
    pub(crate) fn under_break_glass(&mut self, needed: Option<BreakGlassId>) {
        self.break_glass = needed.or(self.break_glass);
    }

    /// Says by which relation the caller was allowed something about a patient: the audit entry names that of the first permit.
    pub(crate) fn by_relation(&mut self, relation: Option<Relation>) {
        self.relation = self.relation.or(relation);
    }

    /// The relation by which the caller was allowed the first thing about a patient.
    pub(crate) fn relation(&self) -> Option<Relation> {
        self.relation
    }

    /// The access outside of the usual rules under which this use case runs.
    pub(crate) fn break_glass(&self) -> Option<BreakGlassId> {
        self.break_glass
    }

    /// Which visits make a doctor treat a patient at this moment.
    pub(crate) fn treatment(&self) -> Treatment {
        self.domain.settings().treatment(self.now)
    }

    /// Who asks, for the facts about a patient.
    pub(crate) fn asker(&self) -> Asker {
        let (acting, treatment) = (self.access.acting().ok(), self.treatment());
        Asker {
            doctor: acting.and_then(|acting| acting.doctor).map(DoctorId::uuid),
            user: acting.map(|acting| acting.user.uuid()),
            prepared: treatment.prepared.to_sqlx(),
            kept: treatment.kept.to_sqlx(),
            now: self.now.to_sqlx(),
        }
    }

    /// A new id.
    #[must_use]
    pub fn new_id<I: Id>(&self) -> I {
        self.domain.new_id()
    }

    /// Checks that the caller may do this action. The facts are loaded (and, for actions that change something, locked) in this transaction.
    ///
    /// # Errors
    /// `not_found` when the caller may not know that it exists, `access.forbidden` when the caller may see it but not do this,
    /// `access.sign_in_needed` for unauthenticated callers. Refusals of signed-in users are audited even though the transaction rolls back.
    pub async fn permit<A: Action, S: Subject>(&mut self, action: A, subject: S) -> Result<Permit<A, S>> {
        if A::KIND.changes() {
            self.check_changing()?;
        }
        crate::access::permit(self, action, subject).await
    }

    /// The same for something else that has the facts of a permit, such as the diagnoses of a visit whose note may be read, so that they are not loaded again. The subject
    /// must be about the same patient, or at the same visit. Only for reading: nothing is locked.
    ///
    /// # Errors
    /// Those of [`Tx::permit`].
    pub(crate) async fn permit_also<A: Action, S: Subject, B: Action, T: Subject>(
        &mut self,
        known: &Permit<B, T>,
        action: A,
        subject: S,
    ) -> Result<Permit<A, S>> {
        if A::KIND.changes() {
            return Err(Error::internal("a permit to change something needs facts that are locked"));
        }
        crate::access::permit_by(self, action, subject, known.facts().clone()).await
    }

    /// The key of a patient.
    ///
    /// # Errors
    /// `not_found` when the patient's data was erased.
    pub(crate) async fn patient_key(&mut self, patient: PatientId) -> Result<PatientKey> {
        if let Some(key) = self.keys.get(&patient) {
            return Ok(key.clone());
        }
        let key = self.patient_keys(&[patient]).await?.get(&patient).cloned();
        key.ok_or_else(|| model::errors::Code::NotFound.into())
    }

    /// The keys of many patients in one query, each with those of the records that were merged with the patient's; patients whose data was erased are missing.
    pub(crate) async fn patient_keys(&mut self, patients: &[PatientId]) -> Result<&HashMap<PatientId, PatientKey>> {
        let missing: Vec<_> = patients.iter().filter(|id| !self.keys.contains_key(id)).map(|id| id.uuid()).collect();
        if !missing.is_empty() {
            // The patient's own key comes first.
            let rows = sqlx::query!(
                "select k.patient_id as \"patient_id!\", k.patient_id as \"key_of!\", k.wrapped as \"wrapped!\", false as \"is_merged!\"
                 from patient_keys k where k.patient_id = any($1)
                 union all
                 select l.patient_id, k.patient_id, k.wrapped, true
                 from patient_key_links l join patient_keys k on k.patient_id = l.opens_id where l.patient_id = any($1)
                 order by 4",
                &missing
            )
            .fetch_all(self.connection())
            .await?;
            for row in rows {
                let patient = PatientId::from(row.patient_id);
                self.learn_key_of(Purpose::Wrap, &row.wrapped).await?;
                let key = PatientKey::unwrap(row.key_of.into(), self.domain.vault(), &row.wrapped)?;
                match self.keys.get_mut(&patient) {
                    Some(own) if row.is_merged => own.open_also(key),
                    None if row.is_merged => {}
                    Some(_) | None => {
                        self.keys.insert(patient, key);
                    }
                }
            }
        }
        Ok(&self.keys)
    }

    /// Learns the key that a stored ciphertext or MAC names, if another process has made it and this one does not have it yet.
    pub(crate) async fn learn_key_of(&mut self, purpose: Purpose, stored: &[u8]) -> Result<()> {
        if !self.domain.vault().knows(purpose, stored) {
            let domain = self.domain.clone();
            keys::learn(self.connection(), domain.vault()).await?;
        }
        Ok(())
    }

    /// Creates and stores the key of a new patient.
    pub(crate) async fn new_patient_key(&mut self, patient: PatientId) -> Result<PatientKey> {
        self.check_changing()?;
        let key = PatientKey::random(patient, self.domain.randomness());
        let wrapped = key.wrap(self.domain.vault(), self.domain.randomness());
        let now = self.now.to_sqlx();
        sqlx::query!(
            "insert into patient_keys (patient_id, wrapped, created_at) values ($1, $2, $3)",
            patient.uuid(),
            wrapped,
            now
        )
        .execute(self.connection())
        .await?;
        self.keys.insert(patient, key.clone());
        Ok(key)
    }

    /// Says that this transaction emits an event, so that [`Tx::commit`] wakes the dispatcher.
    ///
    /// # Errors
    /// `internal` in a use case that began only to read, which is a defect.
    pub(crate) fn wake_dispatcher_after_commit(&mut self) -> Result<()> {
        self.check_changing()?;
        self.emitted = true;
        Ok(())
    }

    /// Says that a user may do other things once this is committed, so that [`Tx::commit`] tells the sockets of this process at once.
    pub(crate) fn rights_change_after_commit(&mut self, user: UserId) {
        self.rights.push(user);
    }

    /// Writes the audit entry and commits.
    ///
    /// # Errors
    /// `database.retry` when the database wants the use case to be run again; the error of a deferred constraint that fails.
    pub async fn commit(mut self, entry: Audit) -> Result<()> {
        let reads = audit::store::insert(&mut self, entry).await?;
        match self.inner.take().expect("a transaction ends once") {
            Inner::Changing(transaction) => transaction.commit().await?,
            // The entry is committed already.
            Inner::Reading(_) => {}
        }
        self.access.note_audited(reads);
        if self.emitted {
            self.domain.wake_dispatcher();
        }
        for user in self.rights.drain(..) {
            self.domain.tell_rights_changed(user);
        }
        Ok(())
    }

    /// Ends a use case that read nothing medical and changed nothing, so it needs no audit entry.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn close(mut self) -> Result<()> {
        debug_assert!(!self.emitted, "an event belongs to a change, a change to an audit entry");
        match self.inner.take().expect("a transaction ends once") {
            Inner::Changing(transaction) => transaction.rollback().await.map_err(Error::from),
            Inner::Reading(_) => Ok(()),
        }
    }

    /// Takes back everything, also the events, when a use case of several steps is refused after some of them.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub(crate) async fn abandon(mut self) -> Result<()> {
        self.emitted = false;
        self.rights.clear();
        self.close().await
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if matches!(self.inner, Some(Inner::Changing(_))) {
            tracing::debug!(use_case = self.use_case, "rolled back");
        }
    }
}
