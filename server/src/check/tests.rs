//! Checks correct and faulty installations.

use super::*;
use crate::config::Sources;
use rcgen::{CertificateParams, KeyPair};
use std::{net::UdpSocket, os::unix::fs::PermissionsExt, path::Path};

fn config(var_dir: &Path, more: &[(&str, &str)]) -> Config {
    let base = Sources::default()
        .with("var_dir", var_dir.to_str().unwrap())
        .with("listen", "127.0.0.1:0")
        .with("metrics.listen", "")
        .with("relay.listen", "127.0.0.1:0");
    Config::load(&more.iter().fold(base, |sources, (key, value)| sources.with(key, *value))).unwrap()
}

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn of<'a>(report: &'a Report, subject: &str) -> Vec<(Verdict, &'a str)> {
    let findings = report.0.iter().filter(|finding| finding.subject == subject);
    findings.map(|finding| (finding.verdict, finding.text.as_str())).collect()
}

fn write_pair(folder: &Path, last_day: (i32, u8, u8)) -> (String, String) {
    let mut params = CertificateParams::new(["bedside.example".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(last_day.0, last_day.1, last_day.2);
    let key = KeyPair::generate().unwrap();
    let (certificate, key_file) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    (certificate.display().to_string(), key_file.display().to_string())
}

#[tokio::test]
async fn before_the_first_start_nothing_fails_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let var_dir = folder.path().join("var");
    let report = check(&config(&var_dir, &[]), now()).await;
    assert_eq!(of(&report, "master key"), [(Verdict::Fine, "the first start creates it")]);
    assert_eq!(of(&report, "mail")[0].0, Verdict::Warn);
    assert!(!var_dir.exists());
}

#[tokio::test]
async fn an_open_master_key_fails() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), &[]);
    crate::config::master_key::load_or_create(&config).unwrap();
    assert_eq!(of(&check(&config, now()).await, "master key")[0].0, Verdict::Fine);
    std::fs::set_permissions(config.master_key_file(), std::fs::Permissions::from_mode(0o640)).unwrap();
    let report = check(&config, now()).await;
    assert!(of(&report, "master key")[0].1.contains("chmod 600"), "{report}");
    assert_eq!(report.worst(), Verdict::Fail);
}

/// Answers each request at this address with a status and a body.
async fn service(status: u16, body: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let router = axum::Router::new().fallback(move || async move { (status, body) });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn the_service_of_text_messages_is_asked_about_its_account() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(of(&check(&config(folder.path(), &[]), now()).await, "text messages")[0].0, Verdict::Warn);
    for (url, verdict, said) in [
        (service(200, r#"{"status": "active"}"#).await, Verdict::Fine, "accepts"),
        (service(200, r#"{"status": "suspended"}"#).await, Verdict::Fail, "suspended"),
        (service(401, "{}").await, Verdict::Fail, "sms.auth_token"),
        (service(404, "{}").await, Verdict::Warn, "404"),
        // Nobody listens at this port.
        ("http://127.0.0.1:1".to_owned(), Verdict::Fail, "does not answer"),
    ] {
        let keys = [
            ("sms.account_sid", "AC0123456789abcdef"),
            ("sms.auth_token", "a token"),
            ("sms.url", url.as_str()),
            ("sms.from", "+447400000001"),
            ("sms.countries", "GB"),
        ];
        let report = check(&config(folder.path(), &keys), now()).await;
        let found = of(&report, "text messages");
        assert!(found[0].0 == verdict && found[0].1.contains(said) && !found[0].1.contains("a token"), "{found:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("providers.toml");
    let text = "[[provider]]\nkey = \"clinic\"\nname = \"Riverside\"\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"bedside\"\n";
    crate::config::private_file::write(&path, text.as_bytes()).unwrap();
    let report = check(&config(folder.path(), &[("sign_in.providers_file", path.to_str().unwrap())]), now()).await;
    let found = of(&report, "sign-in providers");
    assert!(found[0].0 == Verdict::Warn && found[0].1.contains("Riverside"), "{found:?}");
}

#[tokio::test]
async fn a_database_and_a_mail_server_that_do_not_answer_fail_without_their_passwords() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago, on a loopback address.
    let dead = std::net::TcpListener::bind("127.0.0.9:0").unwrap().local_addr().unwrap();
    let database = format!("postgres://app:hunter2@{dead}/bedside");
    let smtp = format!("smtp://app:hunter2@{dead}");
    let keys = [("database.url", database.as_str()), ("mail.smtp_url", &smtp), ("keys.create", "true")];
    let report = check(&config(folder.path(), &keys), now()).await;
    assert_eq!(of(&report, "database"), [(Verdict::Fail, "the server's role cannot connect: nothing answers at this address")]);
    assert_eq!(of(&report, "mail")[0].0, Verdict::Fail);
    assert!(!report.to_string().contains("hunter2"), "{report}");
}

#[tokio::test]
async fn a_certificate_that_ends_soon_or_is_anothers_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (last_day, host, expected) in [
        ((2027, 1, 1), "bedside.example", vec![Verdict::Fine]),
        ((2026, 6, 10), "bedside.example", vec![Verdict::Warn]),
        ((2026, 5, 31), "bedside.example", vec![Verdict::Fail]),
        ((2027, 1, 1), "other.example", vec![Verdict::Fine, Verdict::Fail]),
    ] {
        let (certificate, key) = write_pair(folder.path(), last_day);
        let public_url = format!("https://{host}");
        let keys = [
            ("tls.certificate", certificate.as_str()),
            ("tls.key", &key),
            ("public_url", &public_url),
            ("relay.external_ip", "203.0.113.7"),
        ];
        let report = check(&config(folder.path(), &keys), now()).await;
        let verdicts: Vec<_> = of(&report, "certificate").into_iter().map(|(verdict, _)| verdict).collect();
        assert_eq!(verdicts, expected, "{report}");
    }
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let report = check(&config(folder.path(), &[("relay.listen", &address)]), now()).await;
    let [(verdict, text)] = of(&report, "relay")[..] else { panic!("{report}") };
    assert_eq!(verdict, Verdict::Warn);
    assert!(text.contains("is in use"), "{text}");
}

#[test]
fn a_report_reads_line_by_line_and_sums_up() {
    let report =
        Report(vec![Finding::fine("var_dir", "the server can write to var"), Finding::warn("mail", "mail.smtp_url is not set")]);
    assert_eq!(
        report.to_string(),
        "ok    var_dir      the server can write to var\nwarn  mail         mail.smtp_url is not set\nThe server can work. Warnings: 1."
    );
}
