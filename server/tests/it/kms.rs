//! Master keys in a KMS. The stand-ins speak the protocols of AWS KMS (JSON 1.1 with Signature Version 4, which they check) and of Vault's transit engine.

use crate::keys::run;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use axum_server::tls_rustls::RustlsConfig;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::vault::Purpose;
use hmac::{Hmac, Mac};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use server::tls::{self, Files};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    net::TcpListener,
    sync::{Arc, Mutex},
};

const SECRET: &str = "a secret access key of the tests";
const TOKEN: &str = "a token of the tests";

/// What a stand-in has encrypted, by the ciphertext.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<HashMap<String, Encrypted>>>);

/// The key's name, the plain text in base64, and what it is bound to.
type Encrypted = (String, String, String);

impl Kept {
    fn put(&self, name: &str, plain: &str, bound_to: &str) -> usize {
        let mut kept = self.0.lock().unwrap();
        let number = kept.len();
        kept.insert(number.to_string(), (name.to_owned(), plain.to_owned(), bound_to.to_owned()));
        number
    }

    fn get(&self, number: &str, name: &str, bound_to: &str) -> Option<String> {
        let kept = self.0.lock().unwrap();
        let (of, plain, place) = kept.get(number)?;
        (of == name && place == bound_to).then(|| plain.clone())
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

async fn aws(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) -> (StatusCode, Json<Value>) {
    let refused = |kind: &str| (StatusCode::BAD_REQUEST, Json(json!({ "__type": kind, "message": "refused" })));
    if !is_signed(&headers, &body) || headers["content-type"] != "application/x-amz-json-1.1" {
        return refused("InvalidSignatureException");
    }
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let (key, context) = (asked["KeyId"].as_str().unwrap(), asked["EncryptionContext"]["bedside"].as_str().unwrap());
    if key != "alias/bedside" && key != "alias/other" {
        return refused("com.amazonaws.kms#NotFoundException");
    }
    match headers["x-amz-target"].to_str().unwrap() {
        "TrentService.Encrypt" => {
            let number = kept.put(key, asked["Plaintext"].as_str().unwrap(), context);
            let blob = BASE64.encode(format!("blob {number}"));
            (StatusCode::OK, Json(json!({ "CiphertextBlob": blob, "KeyId": key, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" })))
        }
        "TrentService.Decrypt" => {
            let blob = BASE64.decode(asked["CiphertextBlob"].as_str().unwrap()).unwrap();
            let number = String::from_utf8_lossy(&blob).strip_prefix("blob ").unwrap_or_default().to_owned();
            match kept.get(&number, key, context) {
                Some(plain) => (StatusCode::OK, Json(json!({ "Plaintext": plain, "KeyId": key }))),
                None => refused("InvalidCiphertextException"),
            }
        }
        other => panic!("{other}"),
    }
}

/// Checks a signature as AWS does: from the headers that the request names (Signature Version 4).
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let value = |name: &str| headers[name].to_str().unwrap();
    let parts: HashMap<&str, &str> = value("authorization")
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .unwrap()
        .split(", ")
        .map(|part| part.split_once('=').unwrap())
        .collect();
    let (id, scope) = parts["Credential"].split_once('/').unwrap();
    let signed: Vec<&str> = parts["SignedHeaders"].split(';').collect();
    assert!(signed.is_sorted() && signed.contains(&"host") && signed.contains(&"x-amz-target"), "{signed:?}");
    let lines: String = signed.iter().map(|name| format!("{name}:{}\n", value(name))).collect();
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let request = format!("POST\n/\n\n{lines}\n{}\n{}", parts["SignedHeaders"], hash(body));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", value("x-amz-date"), hash(request.as_bytes()));
    let hmac = |key: &[u8], text: &str| {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    id == "AKIDTESTS" && scope.ends_with("/eu-central-1/kms/aws4_request") && hex::encode(hmac(&key, &text)) == parts["Signature"]
}

async fn transit(
    State(kept): State<Kept>,
    Path((operation, key)): Path<(String, String)>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> (StatusCode, Json<Value>) {
    if headers["x-vault-token"] != TOKEN {
        return (StatusCode::FORBIDDEN, Json(json!({ "errors": ["permission denied"] })));
    }
    let place = asked["associated_data"].as_str().unwrap();
    match operation.as_str() {
        "encrypt" => {
            let number = kept.put(&key, asked["plaintext"].as_str().unwrap(), place);
            (StatusCode::OK, Json(json!({ "data": { "ciphertext": format!("vault:v1:{number}"), "key_version": 1 } })))
        }
        "decrypt" => {
            let number = asked["ciphertext"].as_str().unwrap().strip_prefix("vault:v1:").unwrap();
            match kept.get(number, &key, place) {
                Some(plain) => (StatusCode::OK, Json(json!({ "data": { "plaintext": plain } }))),
                None => (StatusCode::BAD_REQUEST, Json(json!({ "errors": ["cipher: message authentication failed"] }))),
            }
        }
        other => panic!("{other}"),
    }
}

/// Serves a stand-in on a local port, over TLS if there is a certificate; returns the port.
fn serve(router: Router, files: Option<Files<'_>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    match files.map(|files| RustlsConfig::from_config(tls::load(files).unwrap())) {
        Some(config) => {
            let server = axum_server::from_tcp_rustls(listener, config).unwrap();
            tokio::spawn(async move { server.serve(router.into_make_service()).await });
        }
        None => {
            let server = axum_server::from_tcp(listener).unwrap();
            tokio::spawn(async move { server.serve(router.into_make_service()).await });
        }
    }
    port
}

fn with<'a>(variables: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [variables, more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_in_aws_kms_wraps_and_opens_the_keys() {
    let kept = Kept::default();
    let port = serve(Router::new().route("/", post(aws)).with_state(kept.clone()), None);
    let (database, folder) = (testing::empty_database().await, tempfile::tempdir().unwrap());
    let url = format!("http://127.0.0.1:{port}");
    let variables = [
        ("BEDSIDE_KEYS__KMS", "aws"),
        ("BEDSIDE_KEYS__KMS_URL", url.as_str()),
        ("BEDSIDE_KEYS__KMS_KEY", "alias/bedside"),
        ("BEDSIDE_KEYS__KMS_REGION", "eu-central-1"),
        ("BEDSIDE_KEYS__KMS_ACCESS_KEY_ID", "AKIDTESTS"),
        ("BEDSIDE_KEYS__KMS_SECRET_ACCESS_KEY", SECRET),
        ("BEDSIDE_KEYS__KMS_SESSION_TOKEN", "a session token"),
    ];
    for _ in 0..2 {
        let made = run(&database, folder.path(), &["migrate"], &variables);
        assert_eq!(made.0, Some(0), "{made:?}");
    }
    assert_eq!(kept.len(), Purpose::ALL.len(), "one key for each purpose, made once");
    assert!(!folder.path().join("keys/master.key").exists());
    let status = run(&database, folder.path(), &["keys", "status"], &variables);
    assert!(status.0 == Some(0) && status.1.contains("AWS KMS key alias/bedside"), "{status:?}");
    let rotated = run(&database, folder.path(), &["keys", "rotate"], &variables);
    assert!(rotated.0 == Some(0) && kept.len() == 2 * Purpose::ALL.len(), "{rotated:?}");

    let other = run(&database, folder.path(), &["migrate"], &with(&variables, &[("BEDSIDE_KEYS__KMS_KEY", "alias/other")]));
    assert!(other.0 == Some(1) && other.1.contains("belong to another master key"), "{other:?}");
    let unsigned =
        run(&database, folder.path(), &["migrate"], &with(&variables, &[("BEDSIDE_KEYS__KMS_SECRET_ACCESS_KEY", "wrong")]));
    assert!(unsigned.0 == Some(1) && unsigned.1.contains("InvalidSignatureException"), "{unsigned:?}");
    assert!(!unsigned.1.contains("wrong"), "{unsigned:?}");
    let gone = run(&database, folder.path(), &["migrate"], &with(&variables, &[("BEDSIDE_KEYS__KMS_URL", "http://127.0.0.1:9")]));
    assert!(gone.0 == Some(1) && gone.1.contains("the KMS at http://127.0.0.1:9 does not answer"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_gives_way_to_vault_over_tls() {
    let (kept, folder) = (Kept::default(), tempfile::tempdir().unwrap());
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (pem, key_file) = (folder.path().join("kms.pem"), folder.path().join("kms.key"));
    std::fs::write(&pem, certificate.pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let router = Router::new().route("/v1/transit/{operation}/{key}", post(transit)).with_state(kept.clone());
    let url = format!("https://127.0.0.1:{}", serve(router, Some(Files { certificate: &pem, key: &key_file })));

    // The installation begins with a file, and changes to the KMS.
    let database = testing::empty_database().await;
    let made = run(&database, folder.path(), &["migrate"], &[("BEDSIDE_KEYS__CREATE", "true")]);
    assert_eq!(made.0, Some(0), "{made:?}");
    let new = folder.path().join("new.toml");
    let text = format!(
        "[keys]\nkms = \"vault\"\nkms_url = {url:?}\nkms_key = \"bedside\"\nkms_token = {TOKEN:?}\nkms_authority = {:?}\n",
        pem.display().to_string()
    );
    std::fs::write(&new, text).unwrap();
    let changed = run(&database, folder.path(), &["keys", "rotate", "--master", new.to_str().unwrap()], &[]);
    assert!(changed.0 == Some(0) && changed.1.contains("Vault transit key transit/bedside"), "{changed:?}");
    assert_eq!(kept.len(), Purpose::ALL.len());

    let old = run(&database, folder.path(), &["migrate"], &[]);
    assert!(old.0 == Some(1) && old.1.contains("belong to another master key"), "{old:?}");
    let authority = pem.display().to_string();
    let variables = [
        ("BEDSIDE_KEYS__KMS", "vault"),
        ("BEDSIDE_KEYS__KMS_URL", url.as_str()),
        ("BEDSIDE_KEYS__KMS_KEY", "bedside"),
        ("BEDSIDE_KEYS__KMS_TOKEN", TOKEN),
        ("BEDSIDE_KEYS__KMS_AUTHORITY", authority.as_str()),
    ];
    let fine = run(&database, folder.path(), &["migrate"], &variables);
    assert_eq!(fine.0, Some(0), "{fine:?}");
    let token = run(&database, folder.path(), &["migrate"], &with(&variables, &[("BEDSIDE_KEYS__KMS_TOKEN", "expired")]));
    assert!(token.0 == Some(1) && token.1.contains("403") && token.1.contains("keys.kms_token"), "{token:?}");
    // A certificate of nobody whom the configuration trusts.
    let stranger = run(&database, folder.path(), &["migrate"], &with(&variables, &[("BEDSIDE_KEYS__KMS_AUTHORITY", "")]));
    assert!(stranger.0 == Some(1) && stranger.1.contains("does not answer"), "{stranger:?}");
}
