//! Outgoing push messages (Web Push): what a message says, and handing it to the push service of a browser (RFC 8030).
//!
//! Invariant: a message says what kind of thing happened. Who it is about, and everything else, is on the page that it opens.

use crate::{config::address::PublicUrl, endpoint::Endpoint, serve::AppState};
use domain::notifications::{self, Push, PushRequest, SendPush};
use http::{HeaderName, Method, StatusCode};
use model::notices::NoticeTopic;
use serde_json::json;
use words::{locale_of, say};

/// Several times what an answer has.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The page that a message opens.
const PAGE: &str = "/account/notices";

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The service has taken it.
    Taken,
    /// The browser takes no more messages.
    Gone,
    /// The service refuses it for ever, with this status or for this reason.
    Refused(String),
    /// It is worth another try.
    ForNow(String),
}

/// Hands a message to the push service of its browser.
pub async fn send(state: &AppState, job: SendPush, push: &Push) -> Outcome {
    let payload = json!({ "title": title(push), "open": PAGE, "tag": job.notice }).to_string();
    match push.request(state.domain.randomness(), payload.as_bytes()) {
        Ok(request) => post(request).await,
        Err(error) => Outcome::Refused(error.causes()),
    }
}

/// Does what the outcome asks for: forgets a browser that is gone, or tries again later.
///
/// # Errors
/// `database.unavailable`.
pub async fn settle(state: &AppState, job: SendPush, outcome: Outcome) -> domain::Result<()> {
    match outcome {
        Outcome::Taken => Ok(()),
        Outcome::Gone => notifications::forget_push(&state.domain, job.push).await,
        Outcome::Refused(why) => {
            tracing::warn!(push.id = %job.push, error = why, "a push service does not take a message");
            Ok(())
        }
        Outcome::ForNow(why) => {
            let again = notifications::push_later(&state.domain, job).await?;
            tracing::warn!(push.id = %job.push, error = why, again, "a push message could not be sent");
            Ok(())
        }
    }
}

async fn post(request: PushRequest) -> Outcome {
    let PushRequest { origin, path, headers, body } = request;
    let Ok(url) = origin.parse::<PublicUrl>() else { return Outcome::Refused("not the address of a service".to_owned()) };
    let endpoint = match Endpoint::new(url, None, LONGEST_ANSWER) {
        Ok(endpoint) => endpoint,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let headers = headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), value)).collect();
    match endpoint.send(Method::POST, &path, headers, body).await {
        Ok((status, _)) => outcome_of(status),
        // The cause could name the address, which is a secret of the browser.
        Err(_) => Outcome::ForNow("no answer".to_owned()),
    }
}

/// What the status of an answer means (RFC 8030, sections 5 and 7.3).
fn outcome_of(status: StatusCode) -> Outcome {
    let said = format!("http {}", status.as_u16());
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::ForNow(said),
        status if status.is_success() => Outcome::Taken,
        status if status.is_server_error() => Outcome::ForNow(said),
        _ => Outcome::Refused(said),
    }
}

/// What a message says, in the language of the account.
fn title(push: &Push) -> &'static str {
    let l = locale_of(&push.language);
    match push.topic {
        NoticeTopic::Booked => say!(l, mail.push.booked),
        NoticeTopic::Cancelled => say!(l, mail.push.cancelled),
        NoticeTopic::Moved => say!(l, mail.push.moved),
        NoticeTopic::Offered => say!(l, mail.push.offered),
        NoticeTopic::Closed => say!(l, mail.push.closed),
        NoticeTopic::Reminder => say!(l, mail.push.reminder),
        NoticeTopic::FollowUp => say!(l, mail.push.follow_up),
        NoticeTopic::Message => say!(l, mail.push.message),
        NoticeTopic::Vitals => say!(l, mail.push.vitals),
        NoticeTopic::VisitTypes | NoticeTopic::ClinicJoined | NoticeTopic::Specialties => say!(l, mail.push.terms),
        NoticeTopic::CosignatureAsked => say!(l, mail.push.cosignature_asked),
        NoticeTopic::CosignatureAnswered => say!(l, mail.push.cosignature_answered),
        NoticeTopic::Conversation => say!(l, mail.push.conversation),
        NoticeTopic::AccessAnswer => say!(l, mail.push.access_answer),
        NoticeTopic::Prescription | NoticeTopic::PrescriptionCancelled => say!(l, mail.push.prescription),
        NoticeTopic::Reading => say!(l, mail.push.reading),
        NoticeTopic::Task => say!(l, mail.push.task),
        NoticeTopic::Letter | NoticeTopic::LetterWithdrawn => say!(l, mail.push.letter),
    }
}
