//! Loading complete configurations, as operators would write them.

use super::*;
use std::{io::Write, path::Path};

fn from_environment(variables: &[(&str, &str)]) -> Result<Config, Faults> {
    let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::load(&Sources { environment, ..Sources::default() })
}

fn from_file(text: &str) -> Result<Config, Faults> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Config::load(&Sources { file: Some(file.path().to_owned()), ..Sources::default() })
}

fn faults_of(result: Result<Config, Faults>) -> Vec<String> {
    match result {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.into_iter().map(|fault| format!("{} {} {}", fault.key, fault.wrong, fault.remedy)).collect(),
    }
}

#[test]
fn without_any_configuration_it_loads() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.public_url.origin(), "http://localhost:3000");
    assert_eq!(config.relay_address(), Some([127, 0, 0, 1].into()));
    assert_eq!(config.master_key_file(), config.var_dir.join("keys/master.key"));
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "listen = '127.0.0.1:1001'\nvar_dir = 'from-file'\n[session]\nidle_minutes = 5\n[log]\nfilter = 'debug'")
        .unwrap();
    let sources = Sources {
        file: Some(file.path().to_owned()),
        environment: vec![
            ("BEDSIDE_LISTEN".into(), "127.0.0.1:1002".into()),
            ("BEDSIDE_SESSION__IDLE_MINUTES".into(), "6".into()),
        ],
        ..Sources::default()
    };
    let config = Config::load(&sources.with("listen", "127.0.0.1:1003")).unwrap();
    assert_eq!(config.listen.port(), 1003);
    assert_eq!(config.session.idle_minutes, 6);
    assert_eq!((config.var_dir.as_path(), config.log.filter.as_str()), (Path::new("from-file"), "debug"));
}

#[test]
fn the_well_known_variables_serve_unless_our_own_are_there() {
    let config = from_environment(&[("DATABASE_URL", "postgres://a@h/one")]).unwrap();
    assert_eq!(config.database.url.unwrap().expose(), "postgres://a@h/one");
    let both = [("DATABASE_URL", "postgres://a@h/one"), ("BEDSIDE_DATABASE__URL", "postgres://a@h/two")];
    assert_eq!(from_environment(&both).unwrap().database.url.unwrap().expose(), "postgres://a@h/two");
    assert!(from_environment(&[("DATABASE_URL", "")]).unwrap().database.url.is_none());
}

#[test]
fn variables_that_are_not_ours_are_left_alone() {
    let others =
        ["BEDSIDE_CONFIG", "BEDSIDE_TEST_DATABASE_URL", "BEDSIDE_CI_TARGET", "BEDSIDE_SERVICE_HOST", "BEDSIDE_PORT_80_TCP"];
    for name in others {
        assert!(from_environment(&[(name, "tcp://10.0.0.1:80")]).is_ok(), "{name}");
    }
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let faults = faults_of(from_file("migrate_ulr = 3\n[relay]\nport_mim = 5\n[colour]\nshade = 'blue'"));
    assert_eq!(
        faults,
        [
            "colour.shade is not a key Remove it, or look it up in docs/configuration.md.",
            "migrate_ulr is not a key Did you mean `database.migrate_url`?",
            "relay.port_mim is not a key Did you mean `relay.port_min`?",
        ]
    );
    assert_eq!(faults_of(from_environment(&[("BEDSIDE_DATABSE__URL", "x")])).len(), 1);
    assert_eq!(faults_of(from_file("tls = 'yes'")), ["tls is a section, not a key Write its keys below `[tls]`."]);
}

#[test]
fn all_faults_are_told_at_once_with_their_origin() {
    let faults = from_environment(&[
        ("BEDSIDE_LISTEN", "everywhere"),
        ("BEDSIDE_RELAY__CREDENTIAL_TTL_SECS", "900"),
        ("BEDSIDE_MAIL__FROM_ADDRESS", "nobody"),
        ("BEDSIDE_LIMIT__WINDOW_SECS", "1"),
    ])
    .unwrap_err();
    let text = faults.to_string();
    for expected in [
        "The configuration has 4 faults:",
        "listen (BEDSIDE_LISTEN) is `everywhere`\n    Write an address and a port",
        "relay.credential_ttl_secs (BEDSIDE_RELAY__CREDENTIAL_TTL_SECS) is 900\n    Write a whole number, 60 to 600.",
        "mail.from_address (BEDSIDE_MAIL__FROM_ADDRESS) is `nobody`",
        "Did you mean `limits.window_secs`?",
    ] {
        assert!(text.contains(expected), "no {expected:?} in\n{text}");
    }
}

#[test]
fn a_public_address_needs_tls_or_a_proxy() {
    let wrong: [&[(&str, &str)]; 6] = [
        &[("BEDSIDE_PUBLIC_URL", "http://bedside.example")],
        &[("BEDSIDE_PUBLIC_URL", "https://bedside.example")],
        &[("BEDSIDE_PUBLIC_URL", "https://bedside.example/app"), ("BEDSIDE_TRUSTED_PROXIES", "10.0.0.1")],
        &[("BEDSIDE_TLS__CERTIFICATE", "c.pem"), ("BEDSIDE_TLS__KEY", "k.pem")],
        &[("BEDSIDE_TLS__CERTIFICATE", "c.pem"), ("BEDSIDE_PUBLIC_URL", "https://localhost")],
        &[("BEDSIDE_TRUSTED_PROXIES", "0.0.0.0/0")],
    ];
    let off = ("BEDSIDE_RELAY__ENABLED", "false");
    for variables in wrong {
        assert_eq!(faults_of(from_environment(&[variables, &[off]].concat())).len(), 1, "{variables:?}");
    }
    let right: [&[(&str, &str)]; 3] = [
        &[("BEDSIDE_PUBLIC_URL", "https://bedside.example"), ("BEDSIDE_TRUSTED_PROXIES", "10.0.0.1, fd00::/8")],
        &[("BEDSIDE_PUBLIC_URL", "https://b.example"), ("BEDSIDE_TLS__CERTIFICATE", "c.pem"), ("BEDSIDE_TLS__KEY", "k.pem")],
        &[("BEDSIDE_PUBLIC_URL", "http://[::1]:8080")],
    ];
    for variables in right {
        assert_eq!(faults_of(from_environment(&[variables, &[off]].concat())), Vec::<String>::new());
    }
}

#[test]
fn text_messages_need_an_account_a_sender_and_countries() {
    let account = ("BEDSIDE_SMS__ACCOUNT_SID", "AC0123");
    let (token, from) = (("BEDSIDE_SMS__AUTH_TOKEN", "a token"), ("BEDSIDE_SMS__FROM", "Clinic"));
    let codes = ("BEDSIDE_SMS__COUNTRIES", "GB, DE");
    assert_eq!(faults_of(from_environment(&[account, token, from, codes])), Vec::<String>::new());
    for (variables, first) in [
        (vec![account, from, codes], "sms.auth_token is missing"),
        (vec![account, token, codes], "sms.from is missing"),
        (vec![account, token, from], "sms.countries is missing"),
        (vec![token], "sms.account_sid is missing"),
        (vec![account, token, from, codes, ("BEDSIDE_SMS__MESSAGING_SERVICE_SID", "MG1")], "sms.from is set"),
        (vec![("BEDSIDE_SMS__ACCOUNT_SID", "AC/../1"), token, from, codes], "sms.account_sid is not an id"),
        (vec![account, token, from, ("BEDSIDE_SMS__COUNTRIES", "44")], "sms.countries has `44`"),
        (vec![account, token, from, ("BEDSIDE_SMS__COUNTRIES", "gb")], "sms.countries has `gb`"),
        (vec![account, token, from, codes, ("BEDSIDE_SMS__URL", "http://sms.example")], "sms.url is http://sms.example"),
        (vec![("BEDSIDE_PUSH__SERVICES", "https://push.example/")], "push.services has `https://push.example/`"),
        (vec![("BEDSIDE_PASSWORDS__LEAKED_URL", "http://leaks.example")], "passwords.leaked_url is http://leaks.example"),
    ] {
        let faults = faults_of(from_environment(&variables));
        assert!(faults.len() == 1 && faults[0].starts_with(first), "{variables:?}: {faults:?}");
    }
}

#[test]
fn mail_leaves_this_machine_with_tls_only() {
    for url in ["smtp://mail.example", "smtp://u:p@mail.example:587", "smtp://mail.example?tls=opportunistic", "smtp://192.0.2.1"]
    {
        let faults = faults_of(from_environment(&[("BEDSIDE_MAIL__SMTP_URL", url)]));
        assert_eq!(faults.len(), 1, "{url}");
        assert!(faults[0].starts_with("mail.smtp_url sends mail with links to accounts without TLS"), "{faults:?}");
    }
    for url in [
        "smtps://u:p@mail.example",
        "smtp://u:p@mail.example:587?tls=required",
        "smtp://localhost:1025",
        "smtp://127.0.0.9",
        "smtp://[::1]:25",
    ] {
        assert_eq!(faults_of(from_environment(&[("BEDSIDE_MAIL__SMTP_URL", url)])), Vec::<String>::new(), "{url}");
    }
}

#[test]
fn the_mailbox_page_is_not_for_the_world() {
    let world = [
        ("BEDSIDE_MODE", "development"),
        ("BEDSIDE_PUBLIC_URL", "https://bedside.example"),
        ("BEDSIDE_TRUSTED_PROXIES", "10.0.0.1"),
        ("BEDSIDE_RELAY__EXTERNAL_IP", "203.0.113.7"),
    ];
    assert!(faults_of(from_environment(&world))[0].starts_with("mode is `development`"));
}

#[test]
fn a_relay_that_browsers_cannot_find_is_refused() {
    let proxied = [("BEDSIDE_PUBLIC_URL", "https://bedside.example"), ("BEDSIDE_TRUSTED_PROXIES", "10.0.0.1")];
    assert!(faults_of(from_environment(&proxied))[0].starts_with("relay.external_ip is missing"));
    let elsewhere = [("BEDSIDE_RELAY__URLS", "turn:turn.example:3478?transport=udp,turn.example")];
    let faults = faults_of(from_environment(&elsewhere));
    assert_eq!(faults.len(), 2, "{faults:?}");
    let uncertified = faults_of(from_environment(&[("BEDSIDE_RELAY__LISTEN_TLS", "0.0.0.0:5349")]));
    assert!(uncertified[0].starts_with("relay.listen_tls is set, but the relay has no certificate"), "{uncertified:?}");
}

#[test]
fn no_fault_and_no_printed_configuration_shows_a_secret() {
    let variables = [
        ("BEDSIDE_DATABASE__URL", "mysql://root:hunter2@h/db"),
        ("BEDSIDE_MAIL__SMTP_URL", "hunter2"),
        ("BEDSIDE_RELAY__SECRET", "hunter2"),
        ("BEDSIDE_METRICS__TOKEN", "hunter2"),
    ];
    let faults = from_environment(&variables).unwrap_err();
    assert_eq!(faults.0.len(), 4, "{faults}");
    assert!(!faults.to_string().contains("hunter2"), "{faults}");
    let broken = from_file("listen = '127.0.0.1:1'\n[relay]\nsecret = hunter2").unwrap_err().to_string();
    assert!(broken.contains("line 3") && !broken.contains("hunter2"), "{broken}");

    let config = from_environment(&[("DATABASE_URL", "postgres://a:hunter2@h/db")]).unwrap();
    let printed = format!("{config:?}\n{}", toml::to_string(&config).unwrap());
    assert!(!printed.contains("hunter2") && printed.contains("[redacted]"), "{printed}");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let faults = faults_of(Config::load(&Sources { file: Some("nowhere/bedside.toml".into()), ..Sources::default() }));
    assert!(faults[0].starts_with("nowhere/bedside.toml cannot be read"), "{faults:?}");
}

#[test]
fn a_master_key_is_in_one_place_and_a_kms_is_complete() {
    let key = "0f".repeat(32);
    let config = from_environment(&[("BEDSIDE_KEYS__MASTER_KEY", &key)]).unwrap();
    assert_eq!(master_key::configured(&config).unwrap().expose(), &[15; 32]);
    let vault = [
        ("BEDSIDE_KEYS__KMS", "vault"),
        ("BEDSIDE_KEYS__KMS_URL", "https://vault.example:8200"),
        ("BEDSIDE_KEYS__KMS_KEY", "bedside"),
        ("BEDSIDE_KEYS__KMS_TOKEN", "hunter2"),
    ];
    assert!(from_environment(&vault).is_ok());
    let wrong = |more: &[(&str, &str)]| faults_of(from_environment(&[&vault[..], more].concat()));
    for (more, expected) in [
        (("BEDSIDE_KEYS__MASTER_KEY", key.as_str()), "keys.kms is `vault`, but a master key of this machine is set too"),
        (
            ("BEDSIDE_KEYS__KMS_URL", "http://vault.example:8200"),
            "keys.kms_url is http://vault.example:8200: keys must not travel",
        ),
        (("BEDSIDE_KEYS__KMS_TOKEN", ""), "keys.kms_token is missing, but `keys.kms` is `vault`"),
        (("BEDSIDE_KEYS__KMS_REGION", "eu-central-1"), "keys.kms_region is set, but `keys.kms` is `vault`"),
        (("BEDSIDE_KEYS__KMS_KEY", "a/b"), "keys.kms_key is `a/b`, which is not the name of a key"),
        (("BEDSIDE_KEYS__KMS_MOUNT", "../sys"), "keys.kms_mount is `../sys`, which is not a path"),
    ] {
        let faults = wrong(&[more]);
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{more:?}: {faults:?}");
    }
    let faults = faults_of(from_environment(&[("BEDSIDE_KEYS__KMS", "aws")]));
    assert_eq!(faults.len(), 4, "key, region, id and secret: {faults:?}");
    let faults = faults_of(from_environment(&[("BEDSIDE_KEYS__MASTER_KEY", "hunter2"), ("BEDSIDE_KEYS__KMS_KEY", "bedside")]));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(!faults.concat().contains("hunter2"), "{faults:?}");
}

mod master_key_file {
    use super::*;
    use master_key::{MasterKeyError, load_or_create};
    use std::os::unix::fs::PermissionsExt;

    fn config(var_dir: &Path, more: &[(&str, &str)]) -> Config {
        from_environment(&[&[("BEDSIDE_VAR_DIR", var_dir.to_str().unwrap())], more].concat()).unwrap()
    }

    #[test]
    fn it_is_made_once_and_read_again() {
        let var_dir = tempfile::tempdir().unwrap();
        let config = config(var_dir.path(), &[]);
        let made = load_or_create(&config).unwrap();
        assert_eq!(load_or_create(&config).unwrap(), made);
        assert_ne!(made.expose(), &[0; 32]);
    }

    #[test]
    fn beside_a_database_elsewhere_it_is_made_only_when_told_to() {
        let var_dir = tempfile::tempdir().unwrap();
        let elsewhere = ("DATABASE_URL", "postgres://a@h/db");
        let refused = load_or_create(&config(var_dir.path(), &[elsewhere]));
        assert!(matches!(refused, Err(MasterKeyError::Missing(_))), "{refused:?}");
        assert!(load_or_create(&config(var_dir.path(), &[elsewhere, ("BEDSIDE_KEYS__CREATE", "true")])).is_ok());
    }

    #[test]
    fn one_that_others_can_read_or_that_is_damaged_is_refused() {
        let var_dir = tempfile::tempdir().unwrap();
        let config = config(var_dir.path(), &[]);
        load_or_create(&config).unwrap();
        let path = config.master_key_file();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(load_or_create(&config), Err(MasterKeyError::Open(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "too short").unwrap();
        assert!(matches!(load_or_create(&config), Err(MasterKeyError::Damaged(_))));
    }
}

#[test]
fn redis_has_a_url_of_redis_and_a_plain_prefix() {
    assert_eq!(from_environment(&[("REDIS_URL", "redis://localhost")]).unwrap().redis.url.unwrap().expose(), "redis://localhost");
    for (variable, value) in
        [("REDIS_URL", "http://localhost"), ("REDIS_URL", "localhost:6379"), ("BEDSIDE_REDIS__PREFIX", "a b")]
    {
        assert_eq!(faults_of(from_environment(&[(variable, value)])).len(), 1, "{value}");
    }
}

#[test]
fn a_bucket_and_an_authority_are_whole_or_absent() {
    let bucket = [
        ("BEDSIDE_AUDIT__S3_BUCKET", "seals"),
        ("BEDSIDE_AUDIT__S3_REGION", "eu-central-1"),
        ("BEDSIDE_AUDIT__S3_ACCESS_KEY_ID", "id"),
        ("BEDSIDE_AUDIT__S3_SECRET_ACCESS_KEY", "secret"),
    ];
    assert_eq!(faults_of(from_environment(&bucket)), Vec::<String>::new());
    assert_eq!(faults_of(from_environment(&bucket[..1])).len(), 3);
    assert_eq!(faults_of(from_environment(&bucket[1..])).len(), 3);
    for more in [
        ("BEDSIDE_AUDIT__S3_URL", "http://s3.example"),
        ("BEDSIDE_AUDIT__S3_PREFIX", "a//b"),
        ("BEDSIDE_AUDIT__TSA_URL", "http://a.example"),
    ] {
        assert_eq!(faults_of(from_environment(&[&bucket[..], &[more]].concat())).len(), 1, "{more:?}");
    }
    let authority = [("BEDSIDE_AUDIT__TSA_URL", "http://tsa.example/tsr"), ("BEDSIDE_AUDIT__TSA_AUTHORITY", "ca.pem")];
    assert_eq!(from_environment(&authority).unwrap().audit.tsa_url.unwrap().path(), "/tsr");
}
