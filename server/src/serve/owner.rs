//! Keeps the reactive owner of a page current as long as the page renders.
//!
//! Leptos renders the content of `Suspense` and `Suspend` in the owner that is current on its thread at that moment. That is the owner of the page
//! that this thread started last: while several pages render at once, it is another page, or one that has ended. The rendered signals are then
//! disposed with that other page, or immediately, although this page still reads them. Reading the window's title panics and the request fails, or a
//! part of the page stays empty. So each page is polled with its own owner.

use axum::{extract::Request, middleware::Next, response::Response};
use leptos::prelude::Owner;
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// The place where a page leaves its owner. It travels with the request.
#[derive(Clone, Default)]
pub(super) struct PageOwner(Arc<Mutex<Option<Owner>>>);

impl PageOwner {
    /// Takes the current owner, which is the page's. Called in the context of the page before it renders.
    pub(super) fn take_current(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Owner::current();
    }

    fn get(&self) -> Option<Owner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A page with its owner.
struct Owned<F> {
    page: Pin<Box<F>>,
    owner: PageOwner,
}

impl<F: Future> Future for Owned<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.owner.get() {
            Some(owner) => owner.with(|| self.page.as_mut().poll(context)),
            None => self.page.as_mut().poll(context),
        }
    }
}

impl<F> Drop for Owned<F> {
    /// The owner holds the request and the request holds the owner, so without this neither would be freed.
    fn drop(&mut self) {
        *self.owner.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The layer around the pages.
pub(super) async fn keep_owner(mut request: Request, next: Next) -> Response {
    let owner = PageOwner::default();
    request.extensions_mut().insert(owner.clone());
    Owned { page: Box::pin(next.run(request)), owner }.await
}
