//! A test clinic with the server's router, and clients that send requests to it.

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use domain::files::Files;
use leptos::config::LeptosOptions;
use model::errors::Code;
use relay::Relay;
use serde_json::{Value, json};
use server::{
    config::{Config, Sources},
    copies::InDatabase,
    edge::Limits,
    health::{Figures, Watched},
    live::{self, Hub, IceDesk, Options},
    mail::Mailer,
    openid::Providers,
    rest,
    serve::{
        AppState,
        connections::{self, Connections},
        router, start_relay,
    },
    sms::Texter,
    storage::Folder,
    telemetry::Metrics,
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
};
use testing::{PASSWORD, Person, Practice, TestClinic};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt;

/// The public origin.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

pub(crate) const RELAY_SECRET: &str = "a secret that only the tests know";

/// The OpenAPI description, against which responses are checked.
pub(crate) static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(rest::document()).unwrap());

pub(crate) struct House {
    pub(crate) clinic: TestClinic,
    pub(crate) practice: Practice,
    /// The relay that runs in the same process, if any.
    pub(crate) relay: Option<Arc<Relay>>,
    pub(crate) state: AppState,
    /// Where files rest.
    pub(crate) files: tempfile::TempDir,
    router: Router,
}

/// A house with the default configuration.
pub(crate) async fn house() -> House {
    house_with(&[]).await
}

/// A house with some configuration keys set.
pub(crate) async fn house_with(keys: &[(&str, &str)]) -> House {
    let sources = Sources::default().with("relay.enabled", "false").with("relay.urls", "turn:turn.example:3478?transport=udp");
    build(keys.iter().fold(sources, |sources, (key, value)| sources.with(key, *value))).await
}

/// A house with its own relay on the loopback interface.
pub(crate) async fn house_with_relay() -> House {
    let sources = Sources::default().with("relay.listen", "127.0.0.1:0").with("relay.external_ip", "127.0.0.1");
    // Below the range from which the system assigns ports to the other sockets of a test.
    build(sources.with("relay.port_min", "30000").with("relay.port_max", "32000")).await
}

async fn build(sources: Sources) -> House {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let config = Config::load(&sources.with("relay.secret", RELAY_SECRET)).unwrap();
    let relay = start_relay(&config, &clinic.domain).await.unwrap().map(Arc::new);
    let public_origin: Arc<str> = config.public_url.origin().into();
    let secret = relay::credentials::Secret::new(RELAY_SECRET.as_bytes());
    let live = Hub::new(clinic.domain.clone(), options(&clinic, public_origin.clone(), relay.clone()));
    let leptos = LeptosOptions::builder().output_name("bedside").build();
    let files = tempfile::tempdir().unwrap();
    let state = AppState {
        files: Files::new(Arc::new(Folder::at(files.path().to_owned())), None),
        figures: Figures::new(Metrics::detached().0, relay.clone()),
        watched: Watched::default(),
        domain: clinic.domain.clone(),
        ice: IceDesk::new(&config, &clinic.domain, secret, relay.as_deref()),
        mailer: Mailer::new(&config).unwrap(),
        texter: Texter::new(&config).unwrap(),
        providers: Providers::load(&config).unwrap(),
        live,
        limits: Limits::new(&config.limits, &clinic.domain),
        config: Arc::new(config),
        public_origin,
        relay: relay.clone(),
        leptos: leptos.clone(),
    };
    House { router: router(&state, leptos), clinic, practice, relay, state, files }
}

impl House {
    /// A client without a token.
    pub(crate) fn stranger(&self) -> Client {
        Client { router: self.router.clone(), token: None, address: Ipv4Addr::new(203, 0, 113, 1).into() }
    }

    /// A client with a person's access token.
    pub(crate) async fn client(&self, person: &Person) -> Client {
        self.client_at(person, self.stranger().address).await
    }

    /// A client with a person's access token, at an address of its own: who signs in very often from one is limited.
    pub(crate) async fn client_at(&self, person: &Person, address: IpAddr) -> Client {
        let stranger = Client { address, ..self.stranger() };
        let tokens = stranger.sign_in(&person.email).await;
        Client { token: Some(tokens["access_token"].as_str().unwrap().to_owned()), ..stranger }
    }

    /// Listens on a local port, so that sockets can be opened, until the guard is dropped.
    pub(crate) async fn listen(&self) -> (SocketAddr, DropGuard) {
        listen(self.router.clone(), self.state.live.clone()).await
    }

    /// The same for another copy of the server on the same database, which has no relay.
    pub(crate) async fn listen_elsewhere(&self) -> (SocketAddr, DropGuard) {
        let live = Hub::new(self.clinic.domain.clone(), options(&self.clinic, self.state.public_origin.clone(), None));
        let state = AppState { live: live.clone(), relay: None, ..self.state.clone() };
        listen(router(&state, state.leptos.clone()), live).await
    }
}

fn options(clinic: &TestClinic, public_origin: Arc<str>, relay: Option<Arc<Relay>>) -> Options {
    let copies = Arc::new(InDatabase::new(&clinic.domain));
    Options { public_origin, sockets_per_user: 2, relay, copies, absence: live::ABSENCE }
}

/// Serves a router on a local port, as a stand-in for a service outside; returns its address. It ends with the test.
pub(crate) async fn loopback(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn listen(router: Router, live: Hub) -> (SocketAddr, DropGuard) {
    let stop = CancellationToken::new();
    tokio::spawn(live::listen(live.clone(), stop.clone()));
    live.listening().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::spawn(async move { served.await });
    (address, stop.drop_guard())
}

impl House {
    /// Listens on a local port as `bedside serve` does, with the limits on connections, until the guard is dropped.
    pub(crate) fn serve(&self) -> (SocketAddr, DropGuard) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let service = self.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let (stop, handle) = (CancellationToken::new(), axum_server::Handle::new());
        tokio::spawn(connections::serve(listener, None, Connections::new(&self.state.config), handle.clone(), service));
        tokio::spawn({
            let stop = stop.clone();
            async move {
                stop.cancelled().await;
                handle.shutdown();
            }
        });
        (address, stop.drop_guard())
    }
}

/// An API client.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) token: Option<String>,
    pub(crate) address: IpAddr,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Value,
}

impl Answer {
    /// The error code.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The cookies that the answer sets, as a browser sends them back.
    pub(crate) fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
    }

    /// Checks the status and returns the body.
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The status and the error code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.code())
    }

    /// The wrong fields with their faults.
    pub(crate) fn faults(&self) -> Vec<(&str, &str)> {
        let fields = self.body["details"]["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().map(|field| (field["field"].as_str().unwrap(), field["fault"].as_str().unwrap())).collect()
    }
}

impl Client {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Value {
        self.post("/sessions", json!({ "email": email, "password": PASSWORD })).await.expect(201)
    }

    pub(crate) async fn book(&self, key: &str, body: Value) -> Answer {
        self.ask(Method::POST, "/appointments", &[("idempotency-key", key)], Some(body)).await
    }

    /// Sends a request below `/api/v1`.
    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// Sends any request.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token {
            request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 50_000)));
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
        let answer = Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default(), bytes };
        if path.starts_with("/api") {
            check(&method, &path, &answer);
        }
        answer
    }
}

/// Checks what must hold for every response below `/api`.
fn check(method: &Method, path: &str, answer: &Answer) {
    let what = format!("{method} {path}: {} {}", answer.status, answer.body);
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    if answer.status.is_client_error() || answer.status.is_server_error() {
        check_error(answer, &what);
    }
    let documented = path.strip_prefix("/api/v1").and_then(operation_of(method));
    if let Some(operation) = documented {
        assert!(
            operation["responses"].get(answer.status.as_str()).is_some(),
            "the description does not list this status: {what}"
        );
    } else {
        assert!(matches!(answer.status.as_u16(), 401 | 404 | 405 | 406 | 429), "{what}");
    }
}

fn check_error(answer: &Answer, what: &str) {
    if answer.header("content-type").starts_with("application/vnd") {
        assert_eq!(answer.header("content-type"), "application/vnd.bedside.v1+json", "{what}");
    } else {
        assert_eq!(answer.header("content-type"), "application/json", "{what}");
    }
    let code: Code = serde_json::from_value(answer.body["code"].clone()).unwrap_or_else(|_| panic!("{what}"));
    assert_eq!(answer.body["message"], words::error_message(words::Locale::en, code), "{what}");
    assert!(answer.body["details"].is_object(), "{what}");
    assert_eq!(answer.body.as_object().unwrap().len(), 3, "{what}");
    assert_eq!(code == Code::FieldsInvalid, !answer.faults().is_empty(), "{what}");
    match answer.status.as_u16() {
        401 => assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}"),
        405 => assert!(!answer.header("allow").is_empty(), "{what}"),
        429 => assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0, "{what}"),
        _ => {}
    }
}

/// The operation of the description to which a path belongs.
fn operation_of(method: &Method) -> impl Fn(&str) -> Option<&'static Value> {
    let method = method.as_str().to_lowercase();
    move |path| {
        let paths = DESCRIPTION["paths"].as_object().unwrap();
        // A path without variables is a better match than one with variables.
        let exact = paths.get(path);
        let similar = || paths.iter().find(|(template, _)| fits(template, path)).map(|(_, item)| item);
        exact.or_else(similar)?.get(&method)
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(part, own)| part.starts_with('{') || part == own)
}
