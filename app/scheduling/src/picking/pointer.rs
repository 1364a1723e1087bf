//! Dragging with a mouse on the page of a day or of a week, and where the focus goes. Fingers scroll the page, so they use the buttons.

use super::super::week::ROW_MINS;
use super::free_time::PickedTime;
use super::hands::{Act, Hands, PickedVisit};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Section;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// How many minutes the pointer must move before it drags something; otherwise it clicks.
const LEAST_DRAG: i32 = 2 * ROW_MINS;

/// The rows of an hour.
const ROWS: i32 = 60 / ROW_MINS;

/// A place among the days.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// The minute of the day, in whole rows.
    minute: i32,
    /// Which of the days it is, from the first one.
    day: i32,
}

/// What the pointer has hold of.
#[derive(Clone)]
struct Drag {
    /// Where it was pressed.
    origin: Spot,
    /// Whether it has moved far enough.
    moves: bool,
    what: What,
}

#[derive(Clone)]
enum What {
    Visit(Box<PickedVisit>),
    Time(PickedTime),
}

/// The pointer on the page.
#[derive(Clone, Copy)]
pub(crate) struct Pointer {
    pub(crate) hands: Hands,
    pub(super) element: NodeRef<Section>,
    drag: StoredValue<Option<Drag>>,
    /// Whether something was dragged since the button was pressed, so that the click at its end opens nothing.
    dragged: StoredValue<bool>,
}

impl Pointer {
    /// `element` is the part of the page in which it drags.
    pub(super) fn new(hands: Hands, element: NodeRef<Section>) -> Self {
        Self { hands, element, drag: StoredValue::new(None), dragged: StoredValue::new(false) }
    }

    pub(crate) fn takes_visit(self, event: &MouseEvent, visit: PickedVisit) {
        self.takes(event, What::Visit(Box::new(visit)));
    }

    pub(crate) fn takes_time(self, event: &MouseEvent, time: PickedTime) {
        self.takes(event, What::Time(time));
    }

    fn takes(self, event: &MouseEvent, what: What) {
        let is_plain = event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        let Some(origin) = self.spot(event).filter(|_| is_plain) else { return };
        // Otherwise the browser would select text.
        event.prevent_default();
        self.dragged.set_value(false);
        self.drag.set_value(Some(Drag { origin, moves: false, what }));
    }

    pub(super) fn moves(self, event: &MouseEvent) {
        let Some(drag) = self.drag.get_value() else { return };
        let Some(Spot { minute, day }) = self.spot(event) else { return };
        let (by, days) = (minute - drag.origin.minute, day - drag.origin.day);
        if !drag.moves && days == 0 && by.abs() < LEAST_DRAG {
            return;
        }
        match &drag.what {
            What::Visit(visit) => {
                if !drag.moves {
                    self.hands.pick_visit((**visit).clone());
                }
                self.hands.drag_visit(days, by);
            }
            What::Time(time) => self.hands.draw_time(time.between(drag.origin.minute, minute)),
        }
        self.drag.set_value(Some(Drag { moves: true, ..drag }));
    }

    pub(super) fn lets_go(self) {
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        if drag.is_some_and(|drag| drag.moves) {
            self.dragged.set_value(true);
            self.hands.drop_it();
        }
    }

    /// Outside of the days nothing is dropped.
    pub(super) fn leaves(self) {
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        if drag.is_some_and(|drag| drag.moves) {
            self.hands.act(Act::PutDown);
        }
    }

    /// Keeps a click that ends a drag from opening a link.
    pub(super) fn clicks(self, event: &MouseEvent) {
        if self.dragged.get_value() {
            self.dragged.set_value(false);
            event.prevent_default();
        }
    }

    /// What is under the pointer; `None` above and below the axis, and where the days are lists.
    fn spot(self, event: &MouseEvent) -> Option<Spot> {
        let element = self.element.get_untracked()?;
        let minute = minute_at(&element, f64::from(event.client_y()))?;
        Some(Spot { minute, day: day_at(&element, f64::from(event.client_x()))? })
    }
}

/// The minute of the day at a height, in whole rows. The hours of the axis are not equally high.
fn minute_at(element: &Element, y: f64) -> Option<i32> {
    let hours = element.query_selector_all(".axis > li").ok()?;
    (0..hours.length()).find_map(|place| {
        let hour = hours.item(place)?.dyn_into::<Element>().ok()?;
        let first: i32 = hour.get_attribute("data-at")?.parse().ok()?;
        let (place, is_drawn) = (hour.get_bounding_client_rect(), hour.client_height() > 0);
        if !is_drawn || y < place.top() || y >= place.bottom() {
            return None;
        }
        let starts = |row: &i32| place.top() + place.height() * f64::from(*row) / f64::from(ROWS) <= y;
        (0..ROWS).rev().find(starts).map(|row| first + row * ROW_MINS)
    })
}

/// Which of the days is nearest to the pointer, from the first one.
fn day_at(element: &Element, x: f64) -> Option<i32> {
    let days = element.query_selector_all(".week > .day").ok()?;
    let distance = |day: u32| {
        let place = days.item(day)?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
        Some((day, (place.left() + place.width() / 2.0 - x).abs()))
    };
    let nearest = (0..days.length()).filter_map(distance).min_by(|one, other| one.1.total_cmp(&other.1));
    nearest.and_then(|(day, _)| i32::try_from(day).ok())
}

/// Moves the focus from one entry to the next or the one before; returns whether the focus was on an entry.
pub(super) fn focus_next(element: NodeRef<Section>, forwards: bool) -> bool {
    let (Some(element), Some(focused)) = (element.get_untracked(), document().active_element()) else { return false };
    let Ok(entries) = element.query_selector_all("[data-entry]") else { return false };
    let entries: Vec<HtmlElement> =
        (0..entries.length()).filter_map(|place| entries.item(place)?.dyn_into::<HtmlElement>().ok()).collect();
    let at = entries.iter().position(|entry| entry.dyn_ref::<Element>() == Some(&focused));
    let Some(at) = at else { return false };
    let to = if forwards { at + 1 } else { at.wrapping_sub(1) };
    if let Some(entry) = entries.get(to) {
        // If the entry refuses the focus, the page still works.
        let _ = entry.focus();
    }
    true
}

/// Whether a key was pressed on a button, which has its own meaning for it.
pub(super) fn is_on_button(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.tag_name() == "BUTTON")
}
