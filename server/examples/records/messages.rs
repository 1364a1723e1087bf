//! Writes messages while many pages are open: how long it takes until the pages of the other side have a message.

use crate::{Size, percentile_ms};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
};
use domain::{
    Domain,
    access::Access,
    chat::{self, OpenConversation, WriteMessage},
    notices::dispatch_once,
    notifications::Round,
};
use futures::{SinkExt, StreamExt, stream};
use model::{
    ids::{MessageId, ThreadId},
    live::{ClientMessage, PATH, ServerMessage},
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use server::{
    copies::InDatabase,
    live::{self, ABSENCE, Hub, Options},
};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use testing::{Person, Practice, TestClinic};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;

const ORIGIN: &str = "https://clinic.example";

/// How many write at the same time.
const CLIENTS: usize = 16;

/// The pages that each person has open, and the people of a conversation.
const PAGES: usize = 2;
const SIDES: usize = 2;

/// How many people are made, and pages opened, at the same time.
const AT_ONCE: usize = 16;

/// A message that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// How soon the dispatcher looks again: when events wait that cannot be passed on yet, and when nobody has said that there are any.
const DISPATCH_AGAIN: Duration = Duration::from_millis(50);
const DISPATCH_LEFTOVERS: Duration = Duration::from_secs(5);

/// The files that are open beside the sockets.
const OTHER_FILES: usize = 200;

/// Measures.
pub(crate) async fn measure(size: &Size) -> Value {
    let sockets = size.conversations * SIDES * PAGES;
    // Both ends of each socket are here.
    allow_open_files(2 * sockets + OTHER_FILES);
    let clinic = Arc::new(testing::clinic().await);
    let practice = clinic.practice().await;
    let begun = stream::iter(0..size.conversations).map(|number| begin(&clinic, practice, number)).buffer_unordered(AT_ONCE);
    let begun: Vec<(ThreadId, [Person; SIDES])> = begun.collect().await;
    clinic.dispatch().await;

    let stop = CancellationToken::new();
    let address = serve(&clinic, &begun, &stop).await;
    let opened =
        stream::iter(begun.into_iter().enumerate()).map(|(number, (thread, people))| open(address, number, thread, people));
    let conversations: Vec<Conversation> = opened.buffer_unordered(AT_ONCE).collect().await;

    let mut groups: Vec<Vec<Conversation>> = (0..CLIENTS).map(|_| Vec::new()).collect();
    for (number, conversation) in conversations.into_iter().enumerate() {
        groups[number % CLIENTS].push(conversation);
    }
    let each = size.messages / CLIENTS;
    let begun = Instant::now();
    let writers: Vec<_> = groups.into_iter().map(|group| tokio::spawn(write(clinic.clone(), group, each))).collect();
    let (mut stored, mut delivered, mut open_still) = (Vec::new(), Vec::new(), 0);
    for writer in writers {
        let written = writer.await.expect("every message arrives");
        stored.extend(written.stored);
        delivered.extend(written.delivered);
        open_still += written.open_still;
    }
    let took = begun.elapsed();
    assert_eq!(open_still, sockets, "no page has lost its socket");
    stop.cancel();
    json!({
        "sockets": sockets, "writers": CLIENTS, "messages": delivered.len(),
        "per_second": f64::from(u32::try_from(delivered.len()).expect("a number of messages")) / took.as_secs_f64(),
        "stored_p99_ms": percentile_ms(&stored, 99),
        "p50_ms": percentile_ms(&delivered, 50), "p99_ms": percentile_ms(&delivered, 99),
    })
}

/// A patient writes to the doctor who treats them for the first time.
async fn begin(clinic: &TestClinic, practice: Practice, number: usize) -> (ThreadId, [Person; SIDES]) {
    let letters =
        [number / 676, number / 26 % 26, number % 26].map(|place| char::from(b'a' + u8::try_from(place).expect("a letter")));
    let name = String::from_iter(letters);
    let patient = Box::pin(clinic.patient(&format!("Patient {name}"))).await;
    let doctor = Box::pin(clinic.doctor(&format!("Dr {name}"), practice)).await;
    clinic.encounter(&patient, &doctor, practice).await;
    let command = OpenConversation {
        patient: None,
        doctor: Some(doctor.doctor()),
        clinic: None,
        subject: "My cough".to_owned(),
        text: "It is worse since Monday.".to_owned(),
        client_key: clinic.domain.new_id::<MessageId>().uuid(),
    };
    let thread = Box::pin(chat::open_conversation(&clinic.domain, &patient.access(clinic), command)).await;
    (thread.expect("the patient may write to the doctor"), [patient, doctor])
}

/// Starts the hub, the dispatcher and a listener to which pages connect, each with the number of its person.
async fn serve(clinic: &Arc<TestClinic>, begun: &[(ThreadId, [Person; SIDES])], stop: &CancellationToken) -> SocketAddr {
    let copies = Arc::new(InDatabase::new(&clinic.domain));
    let options = Options { public_origin: ORIGIN.into(), sockets_per_user: PAGES, relay: None, copies, absence: ABSENCE };
    let hub = Hub::new(clinic.domain.clone(), options);
    tokio::spawn(live::listen(hub.clone(), stop.clone()));
    tokio::spawn(dispatch(clinic.domain.clone(), stop.clone()));
    hub.listening().await;
    let people = begun.iter().flat_map(|(_, people)| people.iter().map(|person| person.access(clinic)));
    let people: Arc<Vec<Access>> = Arc::new(people.collect());
    let sign_in = move |mut request: Request, next: Next| {
        let number = request.uri().query().and_then(|query| query.strip_prefix("person=")?.parse::<usize>().ok());
        let access = number.and_then(|number| people.get(number)).cloned().expect("a person of the benchmark");
        request.extensions_mut().insert(access);
        next.run(request)
    };
    let router = live::routes::<Hub>().with_state(hub).layer(middleware::from_fn(sign_in));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Passes events on as the server does (`server/src/workers/rounds.rs`).
async fn dispatch(domain: Domain, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match dispatch_once(&domain).await.expect("the dispatcher works") {
            Round::PassedOn(_) => continue,
            Round::NotYet => DISPATCH_AGAIN,
            Round::Nothing => DISPATCH_LEFTOVERS,
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = domain.emitted() => {}
            () = sleep(pause) => {}
        }
    }
}

/// Raises the number of files that this process may have open.
fn allow_open_files(wanted: usize) {
    let wanted = u64::try_from(wanted).expect("a number of files");
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("the system says how many files may be open");
    assert!(wanted <= hard, "{wanted} files must be open, and the system allows {hard} (ulimit -Hn)");
    if soft < wanted {
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).expect("the limit can be raised to what the system allows");
    }
}

/// A conversation with the open pages of both people.
struct Conversation {
    thread: ThreadId,
    sides: [Side; SIDES],
}

struct Side {
    person: Person,
    /// Each gets something when the page has heard of the conversation.
    pages: [UnboundedReceiver<()>; PAGES],
}

async fn open(address: SocketAddr, number: usize, thread: ThreadId, people: [Person; SIDES]) -> Conversation {
    let [patient, doctor] = people;
    let first = number * SIDES;
    let pages_of = async |person: usize| [page(address, person, thread).await, page(address, person, thread).await];
    let (of_patient, of_doctor) = (pages_of(first).await, pages_of(first + 1).await);
    let sides = [Side { person: patient, pages: of_patient }, Side { person: doctor, pages: of_doctor }];
    Conversation { thread, sides }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a page and waits until the server welcomes it.
async fn page(address: SocketAddr, person: usize, thread: ThreadId) -> UnboundedReceiver<()> {
    let mut request = format!("ws://{address}{PATH}?person={person}").into_client_request().expect("an address");
    request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(ORIGIN));
    let (mut socket, _) = connect_async(request).await.expect("a socket opens");
    let hello = serde_json::to_string(&ClientMessage::Hello { last: None }).expect("a message can be written");
    socket.send(Message::text(hello)).await.expect("the socket is open");
    while !matches!(next(&mut socket).await.expect("the socket is open"), ServerMessage::Welcome { .. }) {}
    let (heard, events) = unbounded_channel();
    tokio::spawn(listen(socket, thread, heard));
    events
}

/// The next message; `None` at the end.
async fn next(socket: &mut Socket) -> Option<ServerMessage> {
    loop {
        if let Message::Text(text) = socket.next().await?.ok()? {
            return Some(serde_json::from_str(&text).expect("the server sends what pages know"));
        }
    }
}

async fn listen(mut socket: Socket, thread: ThreadId, heard: UnboundedSender<()>) {
    while let Some(message) = next(&mut socket).await {
        let is_news = match message {
            ServerMessage::Event { resource, .. } => resource == thread.uuid(),
            ServerMessage::Resync { .. } => true,
            _ => false,
        };
        if is_news && heard.send(()).is_err() {
            return;
        }
    }
}

/// What one writer has measured.
struct Written {
    stored: Vec<Duration>,
    delivered: Vec<Duration>,
    /// How many sockets of its conversations are open at the end.
    open_still: usize,
}

/// Writes so many messages in these conversations, one after the other, on both sides.
async fn write(clinic: Arc<TestClinic>, mut conversations: Vec<Conversation>, messages: usize) -> Written {
    let mut written = Written { stored: Vec::new(), delivered: Vec::new(), open_still: 0 };
    let count = conversations.len();
    for number in 0..messages {
        let (stored, delivered) = Box::pin(conversations[number % count].say(&clinic, number / count)).await;
        written.stored.push(stored);
        written.delivered.push(delivered);
    }
    let pages = conversations.iter().flat_map(|conversation| &conversation.sides).flat_map(|side| &side.pages);
    written.open_still = pages.filter(|page| !page.is_closed()).count();
    written
}

impl Conversation {
    /// Writes a message. Returns how long it took until it was acknowledged, and until both pages of the other side had it.
    async fn say(&mut self, clinic: &TestClinic, number: usize) -> (Duration, Duration) {
        let thread = self.thread;
        let [patient, doctor] = &mut self.sides;
        let (writer, reader) = if number.is_multiple_of(2) { (patient, doctor) } else { (doctor, patient) };
        let command = WriteMessage {
            thread,
            client_key: clinic.domain.new_id::<MessageId>().uuid(),
            text: "I have slept better, and the cough is less.".to_owned(),
            quotes: None,
            files: Vec::new(),
        };
        let begun = Instant::now();
        let sent = Box::pin(chat::write_message(&clinic.domain, &writer.person.access(clinic), command)).await;
        let position = sent.expect("the message is stored").position;
        let stored = begun.elapsed();
        let (person, [one, other]) = (&reader.person, &mut reader.pages);
        tokio::join!(arrived(clinic, person, (thread, position), one), arrived(clinic, person, (thread, position), other));
        (stored, begun.elapsed())
    }
}

/// Reads the news of a conversation whenever the page hears of some, as pages do, until the message is among them.
async fn arrived(clinic: &TestClinic, person: &Person, (thread, position): (ThreadId, i64), page: &mut UnboundedReceiver<()>) {
    loop {
        let heard = timeout(PATIENCE, page.recv()).await.expect("the page hears of the message in time");
        heard.expect("the socket of the page is open");
        // What was heard meanwhile is read at once.
        while page.try_recv().is_ok() {}
        let access = person.access(clinic);
        let news = Box::pin(chat::conversation_news(&clinic.domain, &access, thread, position - 1)).await;
        let messages = news.expect("the reader takes part in the conversation").messages;
        if messages.iter().any(|message| message.position == position) {
            return;
        }
    }
}
