//! A server that stores and sends parts as Bedside does, in the same folder storage and with the same library for HTTP, but without encryption, database and permits.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use domain::files::Storage;
use futures::{StreamExt, stream};
use model::ids::FileObjectId;
use server::storage::Folder;
use std::{net::Ipv4Addr, path, sync::Arc};
use tokio::net::TcpListener;
use uuid::Uuid;

/// The size of a part, and of what is read of it at once, as in `domain::files`.
pub(crate) const PART: u64 = 1024 * 1024;
const STEP: u64 = 256 * 1024;

#[derive(Clone)]
struct Plain {
    storage: Arc<Folder>,
    /// How many parts each file has.
    parts: u64,
}

/// Serves until it is killed.
pub(crate) async fn serve(port: u16, folder: &path::Path, parts: u64) {
    let plain = Plain { storage: Arc::new(Folder::at(folder.to_owned())), parts };
    let router = Router::new()
        .route("/ready", get(StatusCode::OK))
        .route("/parts/{number}", put(store))
        .route("/files/{number}", get(send))
        .with_state(plain);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    axum::serve(listener, router).await.expect("the server runs");
}

/// The object of a part, by its number in all files.
fn object(number: u64) -> FileObjectId {
    Uuid::from_u128(u128::from(number)).into()
}

async fn store(State(plain): State<Plain>, Path(number): Path<u64>, body: Bytes) -> StatusCode {
    plain.storage.put(object(number), body.to_vec()).await.expect("the folder can be written");
    StatusCode::NO_CONTENT
}

async fn send(State(plain): State<Plain>, Path(file): Path<u64>) -> Response {
    let (first, parts, storage) = (file * plain.parts, plain.parts, plain.storage);
    let pieces = stream::iter(0..parts * (PART / STEP)).then(move |piece| {
        let storage = storage.clone();
        let (number, start) = (first + piece / (PART / STEP), piece % (PART / STEP) * STEP);
        async move { storage.get(object(number), start..start + STEP).await }
    });
    ([(header::CONTENT_LENGTH, (parts * PART).to_string())], Body::from_stream(pieces)).into_response()
}
