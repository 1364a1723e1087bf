//! A person's photo or initials in a circle.

use leptos::prelude::*;
use model::ids::FileId;

/// Returns the first letters of the first and last word of a name, without titles: "Dr Lena Hoffmann" becomes "LH".
#[must_use]
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !matches!(word.trim_end_matches('.'), "Dr" | "Prof" | "Mr" | "Mrs" | "Ms"))
        .collect();
    let first = words.first().and_then(|word| word.chars().next());
    let last = if words.len() > 1 { words.last().and_then(|word| word.chars().next()) } else { None };
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A person's photo in a circle; without one, the initials. It is only decoration: the name is always written next to it, so the photo has no other text.
#[component]
pub fn Face(
    /// The person's name.
    #[prop(into)]
    name: String,
    /// Whether it is larger, as in the visit.
    #[prop(optional)]
    large: bool,
    /// The photo, if there is one and everybody may see it.
    #[prop(optional_no_strip)]
    photo: Option<FileId>,
    /// The photo of a patient, if there is one and the viewer may know who the patient is.
    #[prop(optional_no_strip)]
    of_patient: Option<FileId>,
) -> impl IntoView {
    let public = photo.map(|photo| format!("/photos/{photo}{}", if large { "" } else { "/small" }));
    let of_patient = of_patient.map(|photo| format!("/files/{photo}{}", if large { "" } else { "/thumbnail" }));
    if let Some(address) = public.or(of_patient) {
        return view! { <img class="face" class:large=large src=address alt="" loading="lazy"/> }.into_any();
    }
    view! { <span class="face" class:large=large aria-hidden="true" dir="auto">{initials(&name)}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_skip_titles_and_keep_any_script() {
        for (name, expected) in [("Dr Lena Hoffmann", "LH"), ("Prof. Amara K. Osei", "AO"), ("Żółć", "Ż"), ("", "")] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
