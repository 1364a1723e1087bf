//! Two real server processes with one database, which get the same request at the same time.

use crate::killed::{Mailhost, Program, configure};
use serde_json::{Value, json};
use std::sync::Barrier;

/// Sends one refresh token `times` times at once, to the programs in turn.
fn refresh_at_once(programs: &[Program], token: &str, times: usize) -> Vec<(u16, Value)> {
    let (body, begin) = (json!({ "refresh_token": token }), Barrier::new(times));
    std::thread::scope(|scope| {
        let asking: Vec<_> = programs
            .iter()
            .cycle()
            .take(times)
            .map(|program| {
                let (body, begin) = (&body, &begin);
                scope.spawn(move || {
                    begin.wait();
                    program.ask("POST", "/api/v1/sessions/refresh", Some(body), &[]).unwrap()
                })
            })
            .collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_refreshes_of_one_token_get_one_pair_from_whichever_server() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    let mail = Mailhost::start();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let programs = folders.each_ref().map(|folder| {
        let (config, port) = configure(folder.path(), &clinic.database, &mail);
        Program::start(&config, port)
    });
    let credentials = json!({ "email": patient.email, "password": testing::PASSWORD });
    let (status, mut tokens) = programs[0].ask("POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
    assert_eq!(status, 201, "{tokens}");

    for times in [3, 30, 2] {
        let before = tokens["refresh_token"].as_str().unwrap().to_owned();
        let answers = refresh_at_once(&programs, &before, times);
        let (status, first) = answers[0].clone();
        assert_eq!(status, 200, "{first}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_ne!(first["refresh_token"], tokens["refresh_token"]);
        for program in &programs {
            let bearer = format!("Bearer {}", first["access_token"].as_str().unwrap());
            let (status, me) = program.ask("GET", "/api/v1/me", None, &[("Authorization", &bearer)]).unwrap();
            assert_eq!(status, 200, "{me}");
        }
        tokens = first;
    }
}
