//! Apps that act in a person's name: what is asked, what a code is worth, and what ends a connection.

use super::sessions::meanwhile;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Domain,
    access::Access,
    identity::{
        self, AppAnswer, AppTokens, Asked, AuthorizationRequest, Client, Credential, ExchangeCode, MailKind, Proof, RegisterApp,
        RegisteredApp,
    },
    vault::sha256,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    scopes::ApiScope,
};
use testing::{PASSWORD, Person, TestClinic};

const BACK: &str = "https://app.example/back";
const VERIFIER: &str = "a-verifier-that-only-the-app-knows-0123456789";

struct Scene {
    clinic: TestClinic,
    admin: Access,
    person: Person,
    app: RegisteredApp,
}

async fn scene(keeps_secret: bool) -> Scene {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await.access(&clinic);
    let person = clinic.patient("Amara Osei").await;
    let command = RegisterApp { name: "Calendar".to_owned(), redirects: BACK.to_owned(), keeps_secret };
    let app = identity::register_app(&clinic.domain, &admin, command).await.unwrap();
    Scene { clinic, admin, person, app }
}

impl Scene {
    fn domain(&self) -> &Domain {
        &self.clinic.domain
    }

    fn client(&self) -> Client {
        Client { id: self.app.id.to_string(), secret: self.app.secret.clone() }
    }

    fn request(&self) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: self.app.id.to_string(),
            redirect_uri: BACK.to_owned(),
            response_type: "code".to_owned(),
            scope: "account:read appointments:read".to_owned(),
            state: "s".to_owned(),
            code_challenge: URL_SAFE_NO_PAD.encode(sha256(&[VERIFIER.as_bytes()])),
            code_challenge_method: "S256".to_owned(),
        }
    }

    /// The person allows the app; the code that it gets.
    async fn code(&self) -> String {
        let access = self.person.access(&self.clinic);
        let next =
            identity::answer_authorization(self.domain(), &access, &self.request(), AppAnswer::Allowed(Proof::FreshSignIn))
                .await
                .unwrap();
        let answer = next.strip_prefix(&format!("{BACK}?code=")).unwrap().strip_suffix("&state=s").unwrap();
        answer.to_owned()
    }

    async fn exchange(&self, client: &Client, code: &str, verifier: &str) -> Result<AppTokens, Code> {
        let command = ExchangeCode { code: code.to_owned(), redirect_uri: BACK.to_owned(), code_verifier: verifier.to_owned() };
        let made = identity::exchange_code(self.domain(), &self.clinic.stranger(), client, command).await;
        made.map_err(|error| error.code())
    }

    async fn is_open(&self, token: &str) -> bool {
        identity::caller(self.domain(), Credential::AccessToken(token)).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn an_app_gets_tokens_for_what_the_person_allowed_until_they_disconnect_it() {
    let scene = scene(true).await;
    let Asked::Consent(asked) = identity::read_authorization(scene.domain(), &scene.request()).await.unwrap() else {
        panic!("the request is right")
    };
    assert_eq!((asked.app.as_str(), asked.place.as_str()), ("Calendar", "https://app.example"));
    let made = scene.exchange(&scene.client(), &scene.code().await, VERIFIER).await.unwrap();
    let found = identity::caller(scene.domain(), Credential::AccessToken(&made.pair.access_token)).await.unwrap().unwrap();
    assert_eq!(found.acting.user, scene.person.user);
    assert_eq!(found.scopes, Some(vec![ApiScope::AccountRead, ApiScope::AppointmentsRead]));

    let stranger = scene.clinic.stranger();
    let refresh = &made.pair.refresh_token;
    let plain = identity::refresh_tokens(scene.domain(), &stranger, refresh).await.err();
    assert_eq!(plain.map(|error| error.code()), Some(Code::BadCredentials), "only the app refreshes its tokens");
    let second = identity::refresh_app_tokens(scene.domain(), &stranger, &scene.client(), refresh).await.unwrap();
    assert!(scene.is_open(&second.access_token).await);

    let access = scene.person.access(&scene.clinic);
    let connected = identity::connected_apps(scene.domain(), &access).await.unwrap();
    assert_eq!((connected.len(), connected[0].id), (1, scene.app.id));
    assert_eq!(identity::list_apps(scene.domain(), &scene.admin).await.unwrap()[0].people, 1);
    identity::disconnect_app(scene.domain(), &access, scene.app.id).await.unwrap();
    assert!(!scene.is_open(&second.access_token).await);
    assert_eq!(identity::connected_apps(scene.domain(), &access).await.unwrap(), []);
    let again = identity::disconnect_app(scene.domain(), &access, scene.app.id).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound);
    let audited = scene.clinic.audited().await;
    for action in ["identity.app_registered", "identity.app_allowed", "identity.app_connected", "identity.app_disconnected"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_ends_what_the_first_has_made() {
    let scene = scene(false).await;
    let client = scene.client();
    let code = scene.code().await;
    assert_eq!(scene.exchange(&client, &code, "another verifier").await.err(), Some(Code::GrantInvalid));
    let made = scene.exchange(&client, &code, VERIFIER).await.unwrap();
    assert!(scene.is_open(&made.pair.access_token).await);
    assert_eq!(scene.exchange(&client, &code, VERIFIER).await.err(), Some(Code::GrantInvalid));
    assert!(!scene.is_open(&made.pair.access_token).await);

    let late = scene.code().await;
    scene.clinic.pass(SignedDuration::from_secs(60));
    assert_eq!(scene.exchange(&client, &late, VERIFIER).await.err(), Some(Code::GrantInvalid), "a code lives for a minute");
    let unfinished = scene.code().await;
    let access = scene.person.access(&scene.clinic);
    identity::end_session(scene.domain(), &access, scene.person.session).await.unwrap();
    let over = scene.exchange(&client, &unfinished, VERIFIER).await.err();
    assert_eq!(over, Some(Code::GrantInvalid), "the session in which it was allowed has ended");
}

#[tokio::test]
async fn an_app_proves_who_it_is_and_has_only_its_own_codes() {
    let scene = scene(true).await;
    let command = RegisterApp { name: "Other".to_owned(), redirects: BACK.to_owned(), keeps_secret: false };
    let other = identity::register_app(scene.domain(), &scene.admin, command).await.unwrap();
    let code = scene.code().await;
    let id = scene.app.id.to_string();
    for (client, refusal) in [
        (Client { id: id.clone(), secret: None }, Code::AppUnproven),
        (Client { id: id.clone(), secret: other.secret.clone().or(Some("wrong".to_owned())) }, Code::AppUnproven),
        (Client { id: "none".to_owned(), secret: None }, Code::AppUnproven),
        (Client { id: other.id.to_string(), secret: None }, Code::GrantInvalid),
    ] {
        assert_eq!(scene.exchange(&client, &code, VERIFIER).await.err(), Some(refusal), "{client:?}");
    }
    let made = scene.exchange(&scene.client(), &code, VERIFIER).await.unwrap();
    let stranger = scene.clinic.stranger();
    // Another app cannot give it back; the app itself can, also with its refresh token.
    let foreign = Client { id: other.id.to_string(), secret: None };
    identity::revoke_app_token(scene.domain(), &stranger, &foreign, &made.pair.access_token).await.unwrap();
    assert!(scene.is_open(&made.pair.access_token).await);
    identity::revoke_app_token(scene.domain(), &stranger, &scene.client(), &made.pair.refresh_token).await.unwrap();
    assert!(!scene.is_open(&made.pair.access_token).await);

    let made = scene.exchange(&scene.client(), &scene.code().await, VERIFIER).await.unwrap();
    identity::end_app(scene.domain(), &scene.admin, scene.app.id).await.unwrap();
    assert!(!scene.is_open(&made.pair.access_token).await, "it ends with the app");
    assert_eq!(scene.exchange(&scene.client(), "x", VERIFIER).await.err(), Some(Code::AppUnproven));
}

#[tokio::test]
async fn an_old_sign_in_needs_a_proof_and_a_person_is_told_of_each_connection_up_to_twenty() {
    let scene = scene(true).await;
    let access = scene.person.access(&scene.clinic);
    scene.exchange(&scene.client(), &scene.code().await, VERIFIER).await.unwrap();
    assert_eq!(scene.clinic.mails(MailKind::AppConnected).await.len(), 1);

    scene.clinic.pass(SignedDuration::from_mins(11));
    let answer = async |proof: Proof| {
        let answered = identity::answer_authorization(scene.domain(), &access, &scene.request(), AppAnswer::Allowed(proof)).await;
        answered.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(answer(Proof::FreshSignIn).await, Err(Code::PasswordWrong));
    assert_eq!(answer(Proof::Password("another one".to_owned())).await, Err(Code::PasswordWrong));
    assert_eq!(answer(Proof::Password(PASSWORD.to_owned())).await, Ok(()));
    for _ in 1..20 {
        scene.exchange(&scene.client(), &scene.code().await, VERIFIER).await.unwrap();
    }
    assert_eq!(answer(Proof::FreshSignIn).await, Err(Code::TooManyApps));
    identity::disconnect_app(scene.domain(), &access, scene.app.id).await.unwrap();
    assert_eq!(answer(Proof::FreshSignIn).await, Ok(()));
}

#[tokio::test]
async fn whoever_disconnects_an_app_takes_back_what_it_has_not_exchanged() {
    let scene = scene(true).await;
    let access = scene.person.access(&scene.clinic);
    let code = scene.code().await;
    // There is no connection yet, but there would be one in a moment.
    identity::disconnect_app(scene.domain(), &access, scene.app.id).await.unwrap();
    assert_eq!(scene.exchange(&scene.client(), &code, VERIFIER).await.err(), Some(Code::GrantInvalid));
    let again = identity::disconnect_app(scene.domain(), &access, scene.app.id).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound);
}

#[tokio::test]
async fn an_app_that_ends_while_it_exchanges_a_code_gets_no_connection() {
    let scene = scene(true).await;
    let (client, code) = (scene.client(), scene.code().await);
    let exchange = scene.exchange(&client, &code, VERIFIER);
    let ends = "update oauth_apps set ended_at = created_at, ended_by = made_by";
    let refused = Box::pin(meanwhile(&scene.clinic, "select id from oauth_apps for update", exchange, ends)).await.err();
    assert_eq!(refused, Some(Code::GrantInvalid));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered_and_errors_go_back_with_the_state() {
    let scene = scene(false).await;
    let unknown = [
        AuthorizationRequest { redirect_uri: "https://app.example/back/".to_owned(), ..scene.request() },
        AuthorizationRequest { redirect_uri: "https://evil.example/".to_owned(), ..scene.request() },
        AuthorizationRequest { client_id: "none".to_owned(), ..scene.request() },
    ];
    for request in unknown {
        let refused = identity::read_authorization(scene.domain(), &request).await.unwrap_err();
        assert_eq!(refused.code(), Code::AppUnknown, "{request:?}");
    }
    for (request, error) in [
        (AuthorizationRequest { response_type: "token".to_owned(), ..scene.request() }, "unsupported_response_type"),
        (AuthorizationRequest { scope: "everything".to_owned(), ..scene.request() }, "invalid_scope"),
        (AuthorizationRequest { scope: String::new(), ..scene.request() }, "invalid_scope"),
        (AuthorizationRequest { code_challenge: String::new(), ..scene.request() }, "invalid_request"),
        (AuthorizationRequest { code_challenge_method: "plain".to_owned(), ..scene.request() }, "invalid_request"),
    ] {
        let asked = identity::read_authorization(scene.domain(), &request).await.unwrap();
        assert_eq!(asked, Asked::Back(format!("{BACK}?error={error}&state=s")));
    }
    let access = scene.person.access(&scene.clinic);
    let refused = identity::answer_authorization(scene.domain(), &access, &scene.request(), AppAnswer::Refused).await.unwrap();
    assert_eq!(refused, format!("{BACK}?error=access_denied&state=s"));
}

#[tokio::test]
async fn only_an_administrator_of_the_organisation_registers_apps() {
    let scene = scene(false).await;
    let practice = scene.clinic.practice().await;
    let local = scene.clinic.staff("Lea Local", "admin", Some(practice)).await.access(&scene.clinic);
    let command = RegisterApp { name: " ".to_owned(), redirects: "http://app.example".to_owned(), keeps_secret: false };
    for access in [&local, &scene.person.access(&scene.clinic)] {
        let refused = identity::register_app(scene.domain(), access, command.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert_eq!(identity::end_app(scene.domain(), access, scene.app.id).await.unwrap_err().code(), Code::NotFound);
    }
    let refused = identity::register_app(scene.domain(), &scene.admin, command).await.unwrap_err();
    let faults: Vec<_> = refused.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(faults, [("name", FieldFault::Missing), ("redirects", FieldFault::Malformed)]);
}
