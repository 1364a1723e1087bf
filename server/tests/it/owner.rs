//! Pages that render while their thread works on others.

use crate::house::house;
use axum::{
    body::Body,
    http::{Request, header},
};
use leptos::prelude::Owner;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// Polls a future as a busy thread does: before each poll, the thread began another page.
struct BetweenOthers<F> {
    future: Pin<Box<F>>,
    /// The other page, if it is still rendering; otherwise it has ended.
    other: Option<Owner>,
    lives: bool,
}

impl<F: Future> Future for BetweenOthers<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // What the other page owned is disposed here, after the last poll.
        self.other = None;
        let other = Owner::new_root(None);
        self.other = self.lives.then_some(other);
        self.future.as_mut().poll(context)
    }
}

#[tokio::test]
async fn a_page_is_whole_whatever_else_its_thread_renders() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    for path in ["/account".to_owned(), "/account/name".to_owned(), "/prescriptions".to_owned(), format!("/doctors/{doctor}")] {
        let get = || Request::get(&path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let alone = patient.send(get()).await;
        assert_eq!(alone.status, 200, "{path}");
        for lives in [true, false] {
            let answer = BetweenOthers { future: Box::pin(patient.send(get())), other: None, lives }.await;
            let (alone, between) = (String::from_utf8_lossy(&alone.bytes), String::from_utf8_lossy(&answer.bytes));
            assert_eq!(answer.status, 200, "{path}");
            let title =
                |html: &str| html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0.to_owned();
            assert_eq!(title(&between), title(&alone), "{path}");
            let heading =
                |html: &str| html.split_once("<h1").and_then(|(_, rest)| rest.split_once("</h1>")).unwrap().0.to_owned();
            assert_eq!(heading(&between), heading(&alone), "{path}");
            assert_eq!(between.matches('<').count(), alone.matches('<').count(), "{path}: a part is missing");
        }
    }
}
