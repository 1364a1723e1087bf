//! News in the title of the window, which is read while the user looks at another one: somebody waits, a message came.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::{Locale, say};

/// News that the title tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TitleAlert {
    /// So many things wait for the user on this page: the number comes before the page's title.
    Count(usize),
    /// A sentence in place of the page's title. Like a title, it must not name a patient.
    Sentence(String),
}

impl TitleAlert {
    /// The title of the window, for a page with this title.
    pub(crate) fn title(self, l: Locale, title: String) -> String {
        match self {
            Self::Count(n) => say!(l, common.page_title_news, n = n, title = title),
            Self::Sentence(sentence) => sentence,
        }
    }
}

/// One place of the page that may have news.
#[derive(Clone, Copy)]
struct Teller {
    number: u32,
    news: Signal<Option<TitleAlert>>,
}

/// The context that the root provides: all places that may have news.
#[derive(Clone, Copy)]
struct Tellers {
    all: RwSignal<Vec<Teller>>,
    next: StoredValue<u32>,
}

/// Lets the parts of all pages tell news in the title. Called once, by the root.
pub fn provide_title_alerts() {
    provide_context(Tellers { all: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
}

/// Tells these news in the title of the window, as long as there are any and the part of the page exists. Only in the browser.
pub fn use_title_alert(news: impl Into<Signal<Option<TitleAlert>>>) {
    let (news, tellers) = (news.into(), use_context::<Tellers>());
    // Effects run in the browser only.
    Effect::new(move |_| {
        let Some(Tellers { all, next }) = tellers else { return };
        let number = next.try_update_value(|next| {
            *next += 1;
            *next
        });
        let Some(number) = number else { return };
        all.update(|all| all.push(Teller { number, news }));
        on_cleanup(move || {
            all.try_update(|all| all.retain(|teller| teller.number != number));
        });
    });
}

/// Returns a function that adds the news of the page to a title.
pub(crate) fn use_title() -> impl Fn(String) -> String + Copy + Send + Sync + 'static {
    let (l, tellers) = (use_locale(), use_context::<Tellers>());
    move |title| {
        // A teller may have been disposed just before it is removed.
        let news = tellers
            .and_then(|tellers| tellers.all.with(|all| all.iter().rev().find_map(|teller| teller.news.try_get().flatten())));
        match news {
            Some(news) => news.title(l, title),
            None => title,
        }
    }
}
