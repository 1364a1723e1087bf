//! Who calls: the session that a cookie or a token names, its user, and the role. Each request asks this, so it is one statement.
//!
//! The statement also says whether a document may wait for the caller's answer. It looks at all versions that ask in the two languages that the caller may be shown,
//! and at all patients for whom they may act, so it is sometimes true when nothing waits, and never false when something does.

use super::{
    account::{Held, RepresentedPatient, Viewer, role_views},
    api_tokens, consents, http_sessions, limited,
};
use crate::{Domain, Error, Result, access::Acting};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::ApplicationStatus,
    ids::{PatientId, SessionId},
    scopes::ApiScope,
};
use std::{fmt, net::IpAddr};
use uuid::Uuid;

/// A session's last use is written at most once a minute.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What names a session.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// The id of a record of the session layer, which is in the cookie.
    Cookie(&'a str),
    /// An access token of the REST API.
    AccessToken(&'a str),
    /// The session's own id.
    Session(SessionId),
}

impl fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential")
    }
}

/// The signed-in user of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user and the role in which they act.
    pub acting: Acting,
    /// What every page shows of them.
    pub viewer: Viewer,
    /// Whether a document may wait for their answer. Only then is it worth asking for [`waiting_documents`](super::waiting_documents): mostly none does.
    pub documents_may_wait: bool,
    /// What the token of this session may do; `None` for a session that began with a sign-in, which may do all that its user may.
    pub scopes: Option<Vec<ApiScope>>,
}

/// Resolves a credential to its user, with their current role and state; `None` when it names no session, the session has expired or was revoked, the user is
/// suspended, their credentials are others than when it began, or it began with one factor and their role needs two. Called for each request; it counts as a
/// use of the session, which then idles out later.
///
/// # Errors
/// `database.unavailable`.
pub async fn caller(domain: &Domain, credential: Credential<'_>) -> Result<Option<Caller>> {
    caller_from(domain, credential, None).await
}

/// The same for a request from an address, which a limited token keeps as that of its last use.
///
/// # Errors
/// `database.unavailable`.
pub async fn caller_from(domain: &Domain, credential: Credential<'_>, address: Option<IpAddr>) -> Result<Option<Caller>> {
    // Whoever mistyped a token, or tries texts at random, costs no statement.
    if let Credential::AccessToken(token) = credential
        && !limited::may_be_token(token)
    {
        return Ok(None);
    }
    let Some(Found { caller, last_seen_at, never_used }) = find(domain, credential).await? else { return Ok(None) };
    let now = domain.now();
    if never_used || last_seen_at < now - SEEN_EVERY {
        sqlx::query!(
            "update sessions set last_seen_at = $2, used_at = case when scopes is not null then $2::timestamptz end,
               used_from = case when scopes is not null then coalesce($3::text, used_from) end
             where id = $1 and (last_seen_at < $2 or (scopes is not null and used_at is null))",
            caller.acting.session.uuid(),
            now.to_sqlx(),
            address.map(|address| address.to_string())
        )
        .execute(domain.pool())
        .await?;
    }
    Ok(Some(caller))
}

/// The user of a session, as [`caller`] does it.
///
/// # Errors
/// `database.unavailable`.
pub async fn resolve_session(domain: &Domain, id: SessionId) -> Result<Option<Acting>> {
    Ok(caller(domain, Credential::Session(id)).await?.map(|caller| caller.acting))
}

/// The same, without counting as a use of the session. An open socket asks this.
///
/// # Errors
/// `database.unavailable`.
pub async fn observe_session(domain: &Domain, id: SessionId) -> Result<Option<Acting>> {
    Ok(find(domain, Credential::Session(id)).await?.map(|found| found.caller.acting))
}

/// A caller, and when their session was last used.
struct Found {
    caller: Caller,
    last_seen_at: Timestamp,
    /// Whether it is the session of a limited token that was not used yet.
    never_used: bool,
}

async fn find(domain: &Domain, credential: Credential<'_>) -> Result<Option<Found>> {
    let (session, record, token) = match credential {
        Credential::Session(id) => (Some(id.uuid()), None, None),
        Credential::Cookie(record) => (None, Some(http_sessions::hash(record).to_vec()), None),
        Credential::AccessToken(token) => (None, None, Some(api_tokens::hash(token).to_vec())),
    };
    let now = domain.now();
    let (staff_since, since) = domain.settings().used_since(now);
    let with_two_factors = domain.settings().second_factor_words();
    let kept = domain.settings().treatment(now).kept;
    // The last date of birth of those who have reached an age.
    let born_before = |years: i16| now.to_zoned(TimeZone::UTC).date().saturating_sub(years.years());
    let Some(row) = sqlx::query!(
        "select s.kind as \"kind!\", s.scopes as \"scopes?: Vec<String>\", (s.scopes is not null and s.used_at is null) as \"never_used!\",
           s.id as \"id!\", s.user_id as \"user_id!\", s.last_seen_at as \"last_seen_at!\", m.role as \"role?\", m.clinic_id as \"clinic_id?\", c.name as \"clinic?\",
           d.doctor_id as \"doctor_id?\", d.status as \"doctor_status?\", s.patient_id as \"chosen_patient?\",
           represented.ids as \"patient_ids?: Vec<Uuid>\", represented.own as \"patients_own?: Vec<bool>\", represented.names as \"patient_names?: Vec<String>\",
           represented.narrowed as \"patients_narrowed?: Vec<bool>\",
           u.display_name as \"display_name!\", u.time_zone as \"time_zone!\", u.language as \"language!\",
           held.ids as \"held_ids?: Vec<Uuid>\", held.roles as \"held_roles?: Vec<String>\",
           held.clinics as \"held_clinics?: Vec<Option<Uuid>>\", held.names as \"held_names?: Vec<Option<String>>\",
           exists (
             select from document_versions v
             where v.asks and v.document <> 'remote_care' and v.counts_from <= $12 and v.language in (split_part(u.language, '-', 1), 'en')
               and not exists (select from consents n join document_versions g on g.id = n.version_id
                 where n.user_id = s.user_id and n.document = v.document and n.withdrawn_at is null and g.counts_from >= v.counts_from))
           or exists (
             select from document_versions v cross join unnest(represented.ids) as p (patient_id)
             where v.asks and v.document = 'remote_care' and v.counts_from <= $12 and v.language in (split_part(u.language, '-', 1), 'en')
               and not exists (select from consents n join document_versions g on g.id = n.version_id
                 where n.patient_id = p.patient_id and n.document = v.document and g.counts_from >= v.counts_from)) as \"documents_may_wait!\"
         from sessions s
           join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
             and u.suspended_at is null and u.deleted_at is null and u.email_confirmed_at is not null
           left join memberships m on m.id = s.membership_id and m.ended_at is null
           left join clinic_address c on c.clinic_id = m.clinic_id
           left join doctor_name d on d.user_id = s.user_id
           cross join lateral (
             select array_agg(r.patient_id order by r.own desc, p.name, p.patient_id) as ids, array_agg(r.own order by r.own desc, p.name, p.patient_id) as own,
               array_agg(p.name order by r.own desc, p.name, p.patient_id) as names,
               array_agg(not r.own and exists (select from sees_appointments_only(s.user_id, r.patient_id, $2, $9, $10, $11))
                 order by r.own desc, p.name, p.patient_id) as narrowed
             from represented(s.user_id, $2) r join patient_identity p on p.patient_id = r.patient_id) represented
           cross join lateral (
             select array_agg(h.id order by h.created_at, h.id) as ids, array_agg(h.role order by h.created_at, h.id) as roles,
               array_agg(h.clinic_id order by h.created_at, h.id) as clinics, array_agg(k.name order by h.created_at, h.id) as names
             from memberships h left join clinic_address k on k.clinic_id = h.clinic_id
             where h.user_id = s.user_id and h.ended_at is null) held
         where s.id = coalesce($1::uuid,
             (select (convert_from(r.record, 'UTF8')::jsonb ->> $5::text)::uuid from http_sessions r where r.id_hash = $4 and r.expires_at > $2),
             (select t.session_id from api_tokens t where t.token_hash = $6 and t.kind = 'access' and t.expires_at > $2))
           and s.revoked_at is null and s.expires_at > $2
           and (s.kind <> 'browser' or s.last_seen_at > case when held.ids is null then $3::timestamptz else $8::timestamptz end)
           and (s.assurance = 'two_factors' or not exists (
             select from memberships n where n.user_id = s.user_id and n.ended_at is null and n.role = any($7::text[])))",
        session,
        now.to_sqlx(),
        since.to_sqlx(),
        record,
        http_sessions::SESSION,
        token,
        &with_two_factors,
        staff_since.to_sqlx(),
        kept.to_sqlx(),
        born_before(domain.settings().teen_years).to_sqlx(),
        born_before(domain.settings().of_age_years).to_sqlx(),
        consents::today(now).to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?
    else {
        return Ok(None);
    };
    let patients = row.patient_ids.unwrap_or_default().into_iter().map(PatientId::from);
    let patients: Vec<(PatientId, bool)> = patients.zip(row.patients_own.unwrap_or_default()).collect();
    // A limited token acts for its user alone. The user's own record comes first, so what is cut off is at the end.
    let scopes = row.scopes.as_deref().map(ApiScope::stored);
    let patients: Vec<(PatientId, bool)> = match scopes {
        Some(_) => patients.into_iter().take_while(|(_, own)| *own).collect(),
        None => patients,
    };
    // The user's own record comes first. It also stands for a chosen patient for whom the user may no longer act.
    let chosen = row.chosen_patient.map(PatientId::from).filter(|chosen| patients.iter().any(|(patient, _)| patient == chosen));
    let patient = chosen.or(patients.first().map(|(patient, _)| *patient));
    let narrowed = row.patients_narrowed.unwrap_or_default();
    let appointments_only = patients.iter().zip(&narrowed).any(|((held, _), narrowed)| Some(*held) == patient && *narrowed);
    // A doctor who has applied and is not verified has no membership yet, and is not a patient either. A verified doctor without a membership has left.
    let applies = row.doctor_status.as_deref().is_some_and(|status| status != ApplicationStatus::Verified.as_str());
    let role = match row.role.as_deref().map(Role::parse) {
        Some(role) => role.ok_or_else(|| Error::internal("an unknown role"))?,
        None if patient.is_none() && row.doctor_id.is_some() && applies => Role::Doctor,
        None => Role::Patient,
    };
    let acting = Acting {
        user: row.user_id.into(),
        session: row.id.into(),
        role,
        clinic: row.clinic_id.map(Into::into),
        patient: patient.filter(|_| role == Role::Patient),
        appointments_only: appointments_only && role == Role::Patient,
        doctor: row.doctor_id.filter(|_| role == Role::Doctor).map(Into::into),
    };
    let (ids, roles) = (row.held_ids.unwrap_or_default(), row.held_roles.unwrap_or_default());
    let (clinics, names) = (row.held_clinics.unwrap_or_default(), row.held_names.unwrap_or_default());
    let held = ids.into_iter().zip(roles).zip(clinics.into_iter().zip(names));
    let held = held.map(|((id, role), (clinic, clinic_name))| Held { membership: id.into(), role, clinic, clinic_name });
    let viewer = Viewer {
        user: acting.user,
        name: row.display_name,
        role,
        clinic: row.clinic,
        time_zone: row.time_zone,
        language: row.language,
        doctor_status: row.doctor_status,
        roles: role_views(held, patient.is_some(), &acting)?,
        patients: patients
            .into_iter()
            .zip(row.patient_names.unwrap_or_default())
            .zip(narrowed)
            .map(|(((patient, own), name), appointments_only)| {
                let current = acting.patient == Some(patient);
                RepresentedPatient { patient, name, own, current, appointments_only }
            })
            .collect(),
    };
    // Nobody could answer for a service account.
    let documents_may_wait = row.documents_may_wait && row.kind != "service";
    let caller = Caller { acting, viewer, documents_may_wait, scopes };
    Ok(Some(Found { caller, last_seen_at: row.last_seen_at.to_jiff(), never_used: row.never_used }))
}
