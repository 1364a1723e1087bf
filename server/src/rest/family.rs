//! Who acts for whom: the people for whom the caller acts, the people who act for the caller, and the children that the caller adds.

use super::{
    Problem,
    callers::{IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    access::Access,
    directory::{self, AddChild, EndActing},
    error::retry,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    directory::{ActedByView, ActingRelation, ActsForView, FamilyView},
    identity::DateOfBirth,
    ids::{PatientId, UserId},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn relation() -> Object {
    one_of(ActingRelation::ALL.iter().map(|relation| relation.as_str()))
}

/// For whom the caller acts, and who acts for the caller. What has ended is left out.
#[derive(Serialize, ToSchema)]
pub(super) struct Family {
    /// The people for whom the caller acts.
    acts_for: Vec<ActsFor>,
    /// The people who act for the caller.
    acted_by: Vec<ActedBy>,
    /// The age from which a person's record is their own. A child who is added is younger.
    of_age_years: i16,
}

/// A person for whom the caller acts.
#[derive(Serialize, ToSchema)]
struct ActsFor {
    /// The id of the person as a patient.
    patient_id: Uuid,
    /// The full name.
    #[schema(examples("Mia Osei"))]
    name: String,
    /// The date of birth.
    date_of_birth: Date,
    /// As what the caller acts: `guardian` for a parent or a legal guardian, `helper` for a carer.
    #[schema(schema_with = relation)]
    relation: &'static str,
    /// Since when. It may lie ahead.
    since: Timestamp,
    /// Until when; null if no end is known.
    until: Option<Timestamp>,
    /// Whether the caller may end it: not if nobody else would be left to act for a person who has appointments.
    may_end: bool,
    /// Whether the caller may hand the record over: as a guardian of a person without an account, from 30 days before `of_age_years`.
    may_hand_over: bool,
    /// The handover that waits for the person; null if there is none.
    handover: Option<Handover>,
}

/// A handover that waits for a young person.
#[derive(Serialize, ToSchema)]
struct Handover {
    /// Its id.
    id: Uuid,
    /// The e-mail address of the young person.
    email: String,
    /// When the link was mailed last.
    sent_at: Timestamp,
    /// Until when the link works; it may be over.
    expires_at: Timestamp,
}

/// A person who acts for the caller.
#[derive(Serialize, ToSchema)]
struct ActedBy {
    /// The id of the caller as a patient.
    patient_id: Uuid,
    /// The id of the person's account.
    user_id: Uuid,
    /// The full name of the person.
    #[schema(examples("Amara Osei"))]
    name: String,
    /// As what the person acts: `guardian` for a parent or a legal guardian, `helper` for a carer.
    #[schema(schema_with = relation)]
    relation: &'static str,
    /// Since when. It may lie ahead.
    since: Timestamp,
    /// Until when; null if no end is known.
    until: Option<Timestamp>,
    /// Whether the caller may end it: from `of_age_years` on.
    may_end: bool,
}

impl From<FamilyView> for Family {
    fn from(view: FamilyView) -> Self {
        Self {
            acts_for: view.acts_for.into_iter().map(Into::into).collect(),
            acted_by: view.acted_by.into_iter().map(Into::into).collect(),
            of_age_years: view.of_age_years,
        }
    }
}

impl From<ActsForView> for ActsFor {
    fn from(view: ActsForView) -> Self {
        Self {
            patient_id: view.patient.uuid(),
            name: view.name,
            date_of_birth: view.date_of_birth,
            relation: view.relation.as_str(),
            since: view.since,
            until: view.until,
            may_end: view.may_end,
            may_hand_over: view.may_hand_over,
            handover: view.handover.map(|row| Handover {
                id: row.id.uuid(),
                email: row.email,
                sent_at: row.sent_at,
                expires_at: row.expires_at,
            }),
        }
    }
}

impl From<ActedByView> for ActedBy {
    fn from(view: ActedByView) -> Self {
        Self {
            patient_id: view.patient.uuid(),
            user_id: view.user.uuid(),
            name: view.name,
            relation: view.relation.as_str(),
            since: view.since,
            until: view.until,
            may_end: view.may_end,
        }
    }
}

pub(super) async fn shown(domain: &Domain, access: &Access) -> Result<Family, Problem> {
    Ok(retry(|| directory::family(domain, access)).await?.into())
}

/// Lists the people for whom the caller acts, and the people who act for the caller.
#[utoipa::path(
    get, path = "/me/family", tag = "people", operation_id = "get_family",
    responses((status = 200, description = "Both lists.", body = Family))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Family>, Problem> {
    Ok(Json(shown(&domain, &access).await?))
}

/// A child to add.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Mia Osei", "date_of_birth": "2019-05-30" }))]
pub(super) struct NewChild {
    /// The full name of the child.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The name in Latin letters. Required when documents cannot show the full name.
    latin_name: Option<String>,
    /// The date of birth. The child is younger than `of_age_years`.
    date_of_birth: Date,
}

impl FromFields for NewChild {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let latin_name = fields.optional("latin_name", fields::text);
        let date_of_birth = fields.required("date_of_birth", fields::day);
        Some(Self { name: name?, latin_name, date_of_birth: date_of_birth? })
    }
}

/// Adds a child, for whom the caller acts from now on.
///
/// If the same request is sent again with the same key, no other child is added. A key is kept for a day.
#[utoipa::path(
    post, path = "/me/children", tag = "people", operation_id = "add_child", request_body = NewChild,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each child.")),
    responses(
        (status = 201, description = "Both lists, with the child.", body = Family),
        (status = 409, description = "`directory.child_known`: the caller acts for a child of this name and date of birth already; \
            `directory.too_many_children`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add_child(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(child): Body<NewChild>,
) -> Result<(StatusCode, Json<Family>), Problem> {
    let NewChild { name, latin_name, date_of_birth: date } = child;
    // The use case would name one of three fields, which a form has and this request has not.
    let today = domain.now().to_zoned(TimeZone::UTC).date();
    DateOfBirth::new(date, today).map_err(|fault| Error::field("date_of_birth", fault))?;
    let date_of_birth = [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())];
    let (latin_name, idempotency_key) = (latin_name.unwrap_or_default(), Some(key.required()?));
    let command = AddChild { name, latin_name, date_of_birth, idempotency_key };
    retry(|| directory::add_child(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(shown(&domain, &access).await?)))
}

/// What ends: that a user acts for a patient.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActingEnd {
    /// The patient: `patient_id` of the entry.
    #[schema(value_type = Uuid)]
    patient_id: PatientId,
    /// The user who acts: `user_id` of the entry, or the caller.
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// As what the user acts.
    #[schema(schema_with = relation)]
    relation: ActingRelation,
}

impl FromFields for ActingEnd {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_id = fields.required("patient_id", fields::id);
        let user_id = fields.required("user_id", fields::id);
        let relation = fields.required("relation", ActingRelation::parse);
        Some(Self { patient_id: patient_id?, user_id: user_id?, relation: relation? })
    }
}

/// Ends that a user acts for a patient. The caller is that user, or the patient.
#[utoipa::path(
    post, path = "/me/family/ending", tag = "people", operation_id = "end_acting", request_body = ActingEnd,
    responses(
        (status = 200, description = "Both lists, without what has ended.", body = Family),
        (status = 404, description = "`not_found`: the caller is on neither side, or it has ended.", body = ErrorBody),
        (status = 409, description = "`directory.acting_needed`: nobody else would be left to act for the patient, or the patient is too \
            young to decide.", body = ErrorBody),
    )
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(ended): Body<ActingEnd>,
) -> Result<Json<Family>, Problem> {
    let command = EndActing { patient: ended.patient_id, user: ended.user_id, relation: ended.relation };
    retry(|| directory::end_acting(&domain, &access, command.clone())).await?;
    Ok(Json(shown(&domain, &access).await?))
}
