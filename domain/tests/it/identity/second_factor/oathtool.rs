//! The codes of an app that shares no code with ours: Debian's `oathtool`.

use super::{STEP, finish, half, proof};
use domain::identity::{self, SetUpView};
use jiff::Timestamp;
use model::errors::Code;
use std::{io::Write, process::Stdio};

/// The code that the program shows at this time; none where it is not installed. The secret goes through its input.
fn shown(secret: &str, at: Timestamp) -> Option<String> {
    let mut app = std::process::Command::new("oathtool")
        .args(["--totp", "--base32", &format!("--now=@{}", at.as_second()), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    app.stdin.take().unwrap().write_all(secret.replace(' ', "").as_bytes()).unwrap();
    let answer = app.wait_with_output().unwrap();
    assert!(answer.status.success());
    Some(String::from_utf8(answer.stdout).unwrap().trim().to_owned())
}

#[tokio::test]
async fn an_app_that_others_have_written_sets_up_and_signs_in_within_one_step() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    identity::begin_set_up(domain, &access, proof(), "").await.unwrap();
    let SetUpView { secret, .. } = identity::second_factor(domain, &access).await.unwrap().set_up.unwrap();
    let Some(code) = shown(&secret, domain.now()) else {
        eprintln!("skipped: oathtool (Debian's package of that name) is not installed");
        return;
    };
    identity::confirm_set_up(domain, &access, &code).await.unwrap();

    // The clock of a phone may be one step ahead or behind, and no more.
    clinic.pass(STEP * 4);
    for (steps, expected) in [(2, Err(Code::CodeWrong)), (-2, Err(Code::CodeWrong)), (-1, Ok(())), (0, Ok(())), (1, Ok(()))] {
        let begun = half(domain, &stranger, &amara.email).await;
        let code = shown(&secret, domain.now() + STEP * steps).unwrap();
        assert_eq!(finish(domain, &stranger, &begun, &code).await.map(drop), expected, "{steps}");
    }
    // All of them are used up.
    let begun = half(domain, &stranger, &amara.email).await;
    for steps in [-1, 0, 1] {
        let code = shown(&secret, domain.now() + STEP * steps).unwrap();
        assert_eq!(finish(domain, &stranger, &begun, &code).await.map(drop), Err(Code::CodeWrong), "{steps}");
    }
}
