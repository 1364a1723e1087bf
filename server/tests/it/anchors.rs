//! Seals outside of the database. The time stamping authority is openssl; the bucket is a stand-in that checks signatures (Signature Version 4 in the
//! query) and refuses to replace what it must keep.

use crate::{files::write_master_key, house::loopback, keys::run};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::audit::{self, anchors_between};
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use server::{
    anchors::{Bucket, Compared, Error, Finding, Outside, TimeStamps, TspError, catch_up, deposit_if_due},
    config::{Config, Sources},
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
};
use testing::TestClinic;

/// Signs up one more patient and seals what that has written.
async fn seal_more(clinic: &TestClinic, name: &str) {
    clinic.patient(name).await;
    clinic.settle().await;
    audit::seal_once(&clinic.domain).await.unwrap().unwrap();
}

fn openssl(folder: &Path, args: &[&str]) {
    let output = Command::new("openssl").args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A time stamping authority: a root certificate in `ca.pem`, and a signer below it with a key on the curve P-256 or with RSA.
fn authority(folder: &Path, key: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    let root = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj",
        "/CN=Root",
    ];
    let of_root = ["-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign"];
    openssl(folder, &[&root[..], &of_root].concat());
    let signer = ["-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Signer"];
    openssl(folder, &[&["req"][..], key, &signer].concat());
    let extensions =
        "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n";
    fs::write(folder.join("extensions.cnf"), extensions).unwrap();
    let signed = ["x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem"];
    openssl(folder, &[&signed[..], &["-days", "30", "-extfile", "extensions.cnf"]].concat());
    let configuration = "[authority]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\nsigner_digest = sha256\n\
                         default_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\ness_cert_id_alg = sha256\ncrypto_device = builtin\n";
    fs::write(folder.join("ts.cnf"), configuration).unwrap();
    fs::write(folder.join("serial"), "01\n").unwrap();
}

const P256: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA: [&str; 2] = ["-newkey", "rsa:2048"];

async fn reply(State(folder): State<PathBuf>, headers: HeaderMap, query: Bytes) -> (StatusCode, Vec<u8>) {
    if headers["content-type"] != "application/timestamp-query" {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, Vec::new());
    }
    fs::write(folder.join("query.tsq"), &query).unwrap();
    let args = ["ts", "-reply", "-config", "ts.cnf", "-section", "authority", "-queryfile", "query.tsq", "-out", "reply.tsr"];
    openssl(&folder, &args);
    (StatusCode::OK, fs::read(folder.join("reply.tsr")).unwrap())
}

/// Serves an authority; returns its address.
async fn serve_authority(folder: &Path) -> String {
    loopback(Router::new().route("/tsr", post(reply)).with_state(folder.to_owned())).await + "/tsr"
}

fn stamps(url: &str, authority: &Path, folder: &Path) -> TimeStamps {
    let sources = Sources::default().with("audit.tsa_url", url).with("audit.tsa_authority", authority.to_str().unwrap());
    TimeStamps::of(&Config::load(&sources).unwrap().audit, folder.to_owned()).unwrap().unwrap()
}

fn found(compared: Compared) -> Option<Finding> {
    compared.finding
}

#[tokio::test(flavor = "multi_thread")]
async fn time_stamps_show_that_seals_were_replaced() {
    for key in [&P256[..], &RSA] {
        let (clinic, folder) = (testing::clinic().await, tempfile::tempdir().unwrap());
        let domain = &clinic.domain;
        let (tsa, kept) = (folder.path().join("tsa"), folder.path().join("stamps"));
        authority(&tsa, key);
        let stamps = stamps(&serve_authority(&tsa).await, &tsa.join("ca.pem"), &kept);
        for name in ["Amara Osei", "Jonas Weber"] {
            seal_more(&clinic, name).await;
        }
        let hour = SignedDuration::from_hours(1);
        deposit_if_due(domain, &stamps, hour).await.unwrap();
        seal_more(&clinic, "Priya Raman").await;
        deposit_if_due(domain, &stamps, hour).await.unwrap();
        assert_eq!(audit::newest_deposit(domain, "time_stamp").await.unwrap().unwrap().seal_to, 2, "the next one is not due yet");
        clinic.pass(hour);
        deposit_if_due(domain, &stamps, hour).await.unwrap();
        let compared = stamps.compare(domain).await.unwrap();
        assert_eq!((compared.deposits, compared.seals, &compared.finding), (2, 3, &None));

        // Another program accepts what is in the files.
        let lines: String = anchors_between(domain, 1, 2).await.unwrap().iter().map(audit::Anchor::line).collect();
        fs::write(tsa.join("seals"), lines).unwrap();
        let token = kept.join("000000000001-000000000002.tst");
        let args = ["ts", "-verify", "-token_in", "-in", token.to_str().unwrap(), "-data", "seals", "-CAfile", "ca.pem"];
        openssl(&tsa, &args);

        // Somebody who can write everything in the database replaces a seal, and deletes what was deposited.
        clinic.as_owner("update audit_seals set merkle_root = sha256(merkle_root) where number = 3").await;
        let differs = |seal_from, seal_to| Some(Finding::TimeStampDiffers { seal_from, seal_to, why: TspError::OtherData });
        assert_eq!(found(stamps.compare(domain).await.unwrap()), differs(3, 3));
        clinic.as_owner("delete from audit_deposits").await;
        assert_eq!(found(stamps.compare(domain).await.unwrap()), differs(3, 3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_stamp_of_another_authority_is_not_accepted() {
    let (clinic, folder) = (testing::clinic().await, tempfile::tempdir().unwrap());
    let [ours, other] = ["ours", "other"].map(|name| folder.path().join(name));
    authority(&ours, &P256);
    authority(&other, &P256);
    let stamps = stamps(&serve_authority(&other).await, &ours.join("ca.pem"), folder.path());
    seal_more(&clinic, "Amara Osei").await;
    let refused = catch_up(&clinic.domain, &stamps).await.unwrap_err();
    assert!(matches!(refused, Error::TimeStamp(TspError::Signature)), "{refused}");
    assert_eq!(audit::newest_deposit(&clinic.domain, "time_stamp").await.unwrap(), None);
}

pub(crate) const SECRET: &str = "a secret access key of the tests";

/// The objects of a bucket by their path.
#[derive(Clone, Default)]
struct Objects(Arc<Mutex<HashMap<String, Vec<u8>>>>);

impl Objects {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.lock().unwrap().keys().cloned().collect();
        names.sort();
        names
    }
}

async fn s3(State(objects): State<Objects>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> (StatusCode, Vec<u8>) {
    let refused = |status, code: &str| (status, format!("<Error><Code>{code}</Code></Error>").into_bytes());
    let Some(signed) = signed_headers(&method, &uri, &headers) else {
        return refused(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    };
    let mut objects = objects.0.lock().unwrap();
    let path = uri.path().to_owned();
    match method {
        Method::GET => match objects.get(&path) {
            Some(object) => (StatusCode::OK, object.clone()),
            None => refused(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        Method::PUT => {
            let value = |name: &str| {
                assert!(signed.iter().any(|signed| signed == name), "{name} is not signed: {signed:?}");
                headers[name].to_str().unwrap()
            };
            assert_eq!(value("x-amz-object-lock-mode"), "COMPLIANCE");
            let until: Timestamp = value("x-amz-object-lock-retain-until-date").parse().unwrap();
            assert!(until > "2030-01-01T00:00:00Z".parse().unwrap(), "{until}");
            assert_eq!(value("x-amz-checksum-sha256"), BASE64.encode(Sha256::digest(&body)));
            assert_eq!(value("if-none-match"), "*");
            if objects.contains_key(&path) {
                return refused(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
            }
            objects.insert(path, body.to_vec());
            (StatusCode::OK, Vec::new())
        }
        _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

/// The headers that a request has signed; `None` if the signature in its query is wrong.
pub(crate) fn signed_headers(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Vec<String>> {
    let query: Vec<(&str, &str)> = uri.query()?.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let value = |name: &str| {
        query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.replace("%2F", "/").replace("%3B", ";"))
    };
    let (credential, signed) = (value("X-Amz-Credential")?, value("X-Amz-SignedHeaders")?);
    let (id, scope) = credential.split_once('/')?;
    let mut rest: Vec<String> =
        query.iter().filter(|(name, _)| *name != "X-Amz-Signature").map(|(name, value)| format!("{name}={value}")).collect();
    rest.sort();
    let names: Vec<String> = signed.split(';').map(str::to_owned).collect();
    let lines: String =
        names.iter().map(|name| format!("{name}:{}\n", headers[name.as_str()].to_str().unwrap().trim())).collect();
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let request = format!("{method}\n{}\n{}\n{lines}\n{signed}\nUNSIGNED-PAYLOAD", uri.path(), rest.join("&"));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", value("X-Amz-Date")?, hash(request.as_bytes()));
    let hmac = |key: &[u8], text: &str| {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    let right = id == "AKIDTESTS" && hex::encode(hmac(&key, &text)) == value("X-Amz-Signature")?;
    right.then_some(names)
}

/// The configuration of a bucket at this address.
fn bucket_keys(url: &str, secret: &str) -> Vec<(&'static str, String)> {
    [
        ("audit.s3_url", url),
        ("audit.s3_bucket", "seals"),
        ("audit.s3_region", "eu-central-1"),
        ("audit.s3_access_key_id", "AKIDTESTS"),
        ("audit.s3_secret_access_key", secret),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .to_vec()
}

fn bucket(url: &str, secret: &str) -> Arc<Bucket> {
    let sources = bucket_keys(url, secret).into_iter().fold(Sources::default(), |sources, (key, value)| sources.with(key, value));
    Outside::of(&Config::load(&sources).unwrap()).unwrap().bucket.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_what_the_database_had() {
    let (clinic, objects) = (testing::clinic().await, Objects::default());
    let domain = &clinic.domain;
    let url = loopback(Router::new().fallback(s3).with_state(objects.clone())).await;
    let bucket = bucket(&url, SECRET);
    for name in ["Amara Osei", "Jonas Weber"] {
        seal_more(&clinic, name).await;
        catch_up(domain, &*bucket).await.unwrap();
    }
    let expected = ["/seals/bedside-audit/000000000001.jsonl", "/seals/bedside-audit/000000000002.jsonl"];
    assert_eq!(objects.names(), expected);
    let compared = bucket.compare(domain).await.unwrap();
    assert_eq!((compared.deposits, compared.seals, &compared.finding), (2, 2, &None));

    // The answer to the last deposit was lost: it is recognised, and goes on.
    clinic.as_owner("delete from audit_deposits where seal_from = 2").await;
    seal_more(&clinic, "Priya Raman").await;
    catch_up(domain, &*bucket).await.unwrap();
    assert_eq!(objects.names().len(), 3);
    assert_eq!(found(bucket.compare(domain).await.unwrap()), None);

    clinic.as_owner("update audit_seals set merkle_root = sha256(merkle_root) where number = 2").await;
    assert_eq!(found(bucket.compare(domain).await.unwrap()), Some(Finding::SealDiffers { seal: 2 }));
    clinic.as_owner("delete from audit_deposits where seal_from >= 2").await;
    let different = catch_up(domain, &*bucket).await.unwrap_err();
    assert!(matches!(&different, Error::Different { object } if object == "bedside-audit/000000000002.jsonl"), "{different}");
    let refused = catch_up(domain, &*self::bucket(&url, "another secret")).await.unwrap_err();
    assert!(refused.to_string().contains("403 Forbidden SignatureDoesNotMatch"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_compares_both_with_the_log() {
    let (clinic, folder, objects) = (testing::clinic().await, tempfile::tempdir().unwrap(), Objects::default());
    let (tsa, var_dir) = (folder.path().join("tsa"), folder.path().join("var"));
    authority(&tsa, &P256);
    write_master_key(&var_dir, &testing::MASTER_KEY);
    let s3_url = loopback(Router::new().fallback(s3).with_state(objects.clone())).await;
    let tsa_url = serve_authority(&tsa).await;
    seal_more(&clinic, "Amara Osei").await;
    catch_up(&clinic.domain, &*bucket(&s3_url, SECRET)).await.unwrap();
    catch_up(&clinic.domain, &stamps(&tsa_url, &tsa.join("ca.pem"), &var_dir.join("audit/stamps"))).await.unwrap();

    let mut keys = bucket_keys(&s3_url, SECRET);
    keys.push(("audit.tsa_url", tsa_url));
    keys.push(("audit.tsa_authority", tsa.join("ca.pem").to_str().unwrap().to_owned()));
    let variable = |(key, value): (&str, String)| (format!("BEDSIDE_{}", key.replace('.', "__").to_uppercase()), value);
    let variables: Vec<(String, String)> = keys.into_iter().map(variable).collect();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let verify = || run(&clinic.database, &var_dir, &["audit", "verify"], &variables);
    let whole = verify();
    assert_eq!(whole.0, Some(0), "{whole:?}");
    for expected in [
        "The audit log is whole.",
        "The bucket: the database has the same. 1 deposits with 1 seals compared",
        "The time stamps: the database has the same. 1 deposits with 1 seals compared",
    ] {
        assert!(whole.1.contains(expected), "{expected}: {whole:?}");
    }

    objects.0.lock().unwrap().clear();
    let missing = verify();
    assert!(
        missing.0 == Some(1) && missing.1.contains("The bucket: MISSING: the deposit that begins with seal 1"),
        "{missing:?}"
    );
}
