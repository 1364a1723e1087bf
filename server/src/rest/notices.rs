//! The caller's notices.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    notifications::{self, ListNotices},
};
use jiff::Timestamp;
use model::{
    ids::NoticeId,
    notices::{NoticeCursor, NoticeTopic, NoticeView},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Something that happened and that the caller was told.
#[derive(Serialize, ToSchema)]
pub(super) struct ToldNotice {
    /// Its id.
    notice_id: Uuid,
    /// What it is about: `booked`, `cancelled`, `moved`, `offered`, `closed`, `reminder`, `message`, `vitals`, `cosignature_asked`, `cosignature_answered`, `conversation`, `access_answer`, `prescription`, `prescription_cancelled`, `visit_types`, `clinic_joined`, `specialties`, `reading`, `task`, `letter`,
    /// `letter_withdrawn`.
    #[schema(value_type = String, example = "booked")]
    topic: NoticeTopic,
    /// The patient whom it is about; null when the caller is told as the doctor.
    patient_id: Option<Uuid>,
    /// The doctor's name.
    doctor: Option<String>,
    /// The id of what it is about: an appointment, a visit (`message`), a conversation, an access to the record, a prescription, a letter, a request to co-sign, an offer of the waiting list.
    subject_id: Uuid,
    /// When the visit begins, as it was then.
    starts_at: Option<Timestamp>,
    /// When it happened.
    happened_at: Timestamp,
    /// Whether it was read.
    read: bool,
}

impl From<NoticeView> for ToldNotice {
    fn from(view: NoticeView) -> Self {
        let NoticeView { id, topic, patient, doctor, subject, starts_at, at, read } = view;
        Self {
            notice_id: id.uuid(),
            topic,
            patient_id: patient.map(Uuid::from),
            doctor,
            subject_id: subject,
            starts_at,
            happened_at: at,
            read,
        }
    }
}

/// How many notices are unread.
#[derive(Serialize, ToSchema)]
pub(super) struct UnreadNotices {
    /// The number; it ends at 100.
    unread: u32,
}

/// Selects a page of notices.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NoticeQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false)]
    cursor: Option<NoticeCursor>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for NoticeQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Lists the caller's notices of the last 90 days, the newest first.
#[utoipa::path(
    get, path = "/me/notices", tag = "people", operation_id = "list_notices", params(NoticeQuery),
    responses((status = 200, description = "A page of notices.", body = List<ToldNotice>))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<NoticeQuery>,
) -> Result<Json<List<ToldNotice>>, Problem> {
    let command = ListNotices { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| notifications::list_notices(&domain, &access, command)).await?)))
}

/// Counts the caller's unread notices.
#[utoipa::path(
    get, path = "/me/notices/unread", tag = "people", operation_id = "count_unread_notices",
    responses((status = 200, description = "The number.", body = UnreadNotices))
)]
pub(super) async fn unread(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<UnreadNotices>, Problem> {
    let unread = retry(|| notifications::count_unread_notices(&domain, &access)).await?;
    Ok(Json(UnreadNotices { unread }))
}

/// Marks all of the caller's notices as read.
#[utoipa::path(
    post, path = "/me/notices/read", tag = "people", operation_id = "read_all_notices",
    responses((status = 204, description = "All are marked as read."))
)]
pub(super) async fn read_all(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    retry(|| notifications::read_all_notices(&domain, &access, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks one of the caller's notices as read.
#[utoipa::path(
    post, path = "/me/notices/{notice_id}/read", tag = "people", operation_id = "read_notice",
    params(("notice_id" = Uuid, Path, description = "The id of the notice.")),
    responses(
        (status = 204, description = "It is marked as read."),
        (status = 404, description = "`not_found`: the caller has no such notice.", body = ErrorBody),
    )
)]
pub(super) async fn read_one(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(notice): Id<NoticeId>,
) -> Result<StatusCode, Problem> {
    retry(|| notifications::read_notice(&domain, &access, notice)).await?;
    Ok(StatusCode::NO_CONTENT)
}
