//! The job queue. Jobs run after commit, at least once, with exponential backoff.

use super::breaker::{Breaker, spread};
use crate::{
    mail,
    push::{self, Outcome},
    serve::AppState,
    sms::{self, Refusal},
};
use domain::{
    chat::{self, DELIVER_MASS_TASK, DeliverMass},
    db::QUEUE_SCHEMA,
    files::{self, CHECK_FILE_TASK, CheckFile},
    notices::{self, TextJob},
    notifications::{self, SEND_MAIL_TASK, SEND_PUSH_TASK, SEND_TEXT_TASK, SendMail, SendPush, SendText},
};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

const AT_ONCE: usize = 4;
/// A worker without a heartbeat for this long is dead, and other workers take its jobs.
const DEAD_AFTER: Duration = Duration::from_secs(15);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A new job wakes the workers by NOTIFY. Only jobs that are to be tried again later are found by polling.
const POLL: Duration = Duration::from_secs(5);
const AFTER_TROUBLE: Duration = Duration::from_secs(2);

/// The state that jobs use.
#[derive(Clone)]
struct Around {
    state: AppState,
    mails: Arc<Breaker>,
    texts: Arc<Breaker>,
    /// One for each push service: the configuration names the hosts that there can be.
    pushes: Arc<Mutex<HashMap<String, Arc<Breaker>>>>,
}

impl Around {
    fn new(state: AppState) -> Self {
        let (mails, texts) = (Arc::new(Breaker::new("mail")), Arc::new(Breaker::new("text messages")));
        Self { state, mails, texts, pushes: Arc::default() }
    }

    /// The breaker of a push service.
    fn push_service(&self, origin: String) -> Arc<Breaker> {
        let mut services = self.pushes.lock().unwrap_or_else(PoisonError::into_inner);
        services.entry(origin).or_insert_with(|| Arc::new(Breaker::new("push messages"))).clone()
    }

    /// A random byte.
    fn dice(&self) -> u8 {
        let mut byte = [0; 1];
        self.state.domain.randomness().fill(&mut byte);
        byte[0]
    }

    /// Until when a job is put off, because its provider does not answer.
    fn put_off(&self, breaker: &Breaker) -> Option<Timestamp> {
        breaker.ask(self.state.domain.now()).map(|until| spread(until, self.dice()))
    }

    fn failed(&self, breaker: &Breaker) {
        breaker.failed(self.state.domain.now(), self.dice());
    }
}

impl fmt::Debug for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Around")
    }
}

/// A job that sends one mail.
#[derive(Serialize, Deserialize)]
struct SendMailJob(SendMail);

impl TaskHandler for SendMailJob {
    const IDENTIFIER: &'static str = SEND_MAIL_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(around) = context.get_ext::<Around>().cloned() else { return Err("the worker has no state".to_owned()) };
        let (state, breaker) = (&around.state, &around.mails);
        let id = self.0.mail;
        let mail = notices::mail_to_send(&state.domain, id).await.map_err(|error| error.to_string())?;
        let Some(mail) = mail else { return Ok(()) };
        if let Some(until) = around.put_off(breaker) {
            return notifications::put_off_mail(&state.domain, id, until).await.map_err(|error| error.to_string());
        }
        match mail::send(state, &mail).await {
            Ok(()) => {
                breaker.answered();
                notifications::mark_sent(&state.domain, id).await.map_err(|error| error.to_string())
            }
            Err(error) => {
                if error.is_of_provider() {
                    around.failed(breaker);
                } else {
                    breaker.answered();
                }
                let answer = error.to_string();
                tracing::warn!(mail.id = %id, error = answer, "a mail could not be sent and will be tried again");
                notifications::mark_failed(&state.domain, id, &answer).await.map_err(|error| error.to_string())?;
                Err(answer)
            }
        }
    }
}

/// A job that sends one text message.
#[derive(Serialize, Deserialize)]
struct SendTextJob(SendText);

impl TaskHandler for SendTextJob {
    const IDENTIFIER: &'static str = SEND_TEXT_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(around) = context.get_ext::<Around>().cloned() else { return Err("the worker has no state".to_owned()) };
        let (state, breaker) = (&around.state, &around.texts);
        let (domain, id) = (&state.domain, self.0.text);
        let text = match notices::text_to_send(domain, id).await.map_err(|error| error.to_string())? {
            TextJob::Send(text) => text,
            TextJob::OutOfDate => {
                return notifications::mark_text_out_of_date(domain, id).await.map_err(|error| error.to_string());
            }
            TextJob::Done => return Ok(()),
        };
        if let Some(until) = around.put_off(breaker) {
            return notifications::put_off_text(domain, id, until).await.map_err(|error| error.to_string());
        }
        match sms::send(state, &text).await {
            Ok(provider_id) => {
                breaker.answered();
                notifications::mark_text_sent(domain, id, provider_id.as_deref()).await.map_err(|error| error.to_string())
            }
            Err(Refusal::Final(code)) => {
                breaker.answered();
                tracing::warn!(text.id = %id, error = code, "the service does not take a text message");
                notifications::mark_text_failed(domain, id, &code).await.map_err(|error| error.to_string())
            }
            Err(Refusal::ForNow(cause)) => {
                around.failed(breaker);
                tracing::warn!(text.id = %id, error = cause, "a text message could not be sent and will be tried again");
                notifications::mark_text_delayed(domain, id, &cause).await.map_err(|error| error.to_string())?;
                Err(cause)
            }
        }
    }
}

/// A job that sends one push message.
#[derive(Serialize, Deserialize)]
struct SendPushJob(SendPush);

impl TaskHandler for SendPushJob {
    const IDENTIFIER: &'static str = SEND_PUSH_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(around) = context.get_ext::<Around>().cloned() else { return Err("the worker has no state".to_owned()) };
        let (domain, job) = (&around.state.domain, self.0);
        let push = notifications::push_to_send(domain, job).await.map_err(|error| error.to_string())?;
        let Some(push) = push else { return Ok(()) };
        let breaker = around.push_service(push.service());
        if let Some(until) = around.put_off(&breaker) {
            return notifications::put_off_push(domain, job, until).await.map_err(|error| error.to_string());
        }
        let outcome = push::send(&around.state, job, &push).await;
        if matches!(outcome, Outcome::ForNow(_)) {
            around.failed(&breaker);
        } else {
            breaker.answered();
        }
        push::settle(&around.state, job, outcome).await.map_err(|error| error.to_string())
    }
}

/// A job that checks one uploaded file.
#[derive(Serialize, Deserialize)]
struct CheckFileJob(CheckFile);

impl TaskHandler for CheckFileJob {
    const IDENTIFIER: &'static str = CHECK_FILE_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Around { state, .. }) = context.get_ext::<Around>().cloned() else {
            return Err("the worker has no state".to_owned());
        };
        let file = self.0.file;
        files::check(&state.domain, &state.files, file).await.map_err(|error| {
            tracing::warn!(file.id = %file, error.code = %error, error.cause = error.causes(), "a file could not be checked and will be tried again");
            error.to_string()
        })
    }
}

/// A job that delivers one message to many patients.
#[derive(Serialize, Deserialize)]
struct DeliverMassJob(DeliverMass);

impl TaskHandler for DeliverMassJob {
    const IDENTIFIER: &'static str = DELIVER_MASS_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Around { state, .. }) = context.get_ext::<Around>().cloned() else {
            return Err("the worker has no state".to_owned());
        };
        let message = self.0.message;
        chat::deliver_mass(&state.domain, message).await.map_err(|error| {
            tracing::warn!(message.id = %message, error.code = %error, error.cause = error.causes(), "a message to many is not delivered yet and will be tried again");
            error.to_string()
        })
    }
}

/// Runs jobs until `stop` is cancelled; running jobs are finished.
pub(super) async fn run(state: AppState, stop: CancellationToken) {
    let around = Around::new(state.clone());
    while !stop.is_cancelled() {
        let built = WorkerOptions::default()
            .schema(QUEUE_SCHEMA)
            .concurrency(AT_ONCE)
            .poll_interval(POLL)
            .listen_os_shutdown_signals(false)
            // The heartbeat is off by default; without it, a job whose worker was killed would wait for hours.
            .heartbeat_interval(HEARTBEAT)
            .sweep_interval(HEARTBEAT)
            .sweep_threshold(DEAD_AFTER)
            .recovery_delay(Duration::ZERO)
            .pg_pool(state.domain.pool().clone())
            .add_extension(around.clone())
            .define_job::<SendMailJob>()
            .define_job::<SendTextJob>()
            .define_job::<SendPushJob>()
            .define_job::<CheckFileJob>()
            .define_job::<DeliverMassJob>()
            .init()
            .await;
        let worker = match built {
            Ok(worker) => worker,
            Err(error) => {
                tracing::error!(error = %error, "the job queue could not start and tries again");
                sleep(AFTER_TROUBLE).await;
                continue;
            }
        };
        let running = worker.run();
        tokio::pin!(running);
        tokio::select! {
            ended = &mut running => {
                if let Err(error) = ended {
                    tracing::error!(error = %error, "the job queue failed and starts again");
                    sleep(AFTER_TROUBLE).await;
                }
            }
            () = stop.cancelled() => {
                worker.request_shutdown();
                if let Err(error) = running.await {
                    tracing::warn!(error = %error, "the job queue did not end cleanly");
                }
            }
        }
    }
}
