//! The measures, type styles and colours of the paper: those of the web pages (`style/`), as fixed sRGB values for print.
//!
//! All lengths are in points; y grows downwards from the top of the page until `write` flips it.

use super::font::Weight;

/// A4.
pub(super) const PAGE_WIDTH: f32 = 595.276;
/// A4.
pub(super) const PAGE_HEIGHT: f32 = 841.89;
/// The left and right margin.
pub(super) const MARGIN: f32 = 54.0;
/// Where the head of a page begins.
pub(super) const TOP: f32 = 40.0;
/// Where the body of a page must end.
pub(super) const BOTTOM: f32 = PAGE_HEIGHT - 56.0;
/// The width between the margins.
pub(super) const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// The space inside a card.
pub(super) const PAD: f32 = 12.0;
/// The space between two cards.
pub(super) const GAP: f32 = 9.0;
/// The corner of a card.
pub(super) const ROUND: f32 = 6.0;
/// The width of a hairline.
pub(super) const HAIR: f32 = 0.6;

/// The height of the capitals, in em.
pub(super) const CAPITALS: f32 = 0.714;

/// An sRGB colour.
pub(super) type Colour = [f32; 3];

/// Text.
pub(super) const INK: Colour = [0.096, 0.136, 0.178];
/// Secondary text; its contrast on white is 7:1.
pub(super) const QUIET: Colour = [0.284, 0.329, 0.377];
/// The accent colour.
pub(super) const TEAL: Colour = [0.0, 0.389, 0.394];
/// Its tint.
pub(super) const TINT: Colour = [0.925, 0.973, 0.969];
/// Hairlines.
pub(super) const LINE: Colour = [0.81, 0.815, 0.815];
/// The colour of "cancelled".
pub(super) const BAD: Colour = [0.661, 0.137, 0.131];
/// Its tint.
pub(super) const BAD_TINT: Colour = [1.0, 0.936, 0.928];

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Regular or bold.
    pub(super) weight: Weight,
    /// The size.
    pub(super) size: f32,
    /// From one baseline to the next.
    pub(super) leading: f32,
    /// The colour.
    pub(super) colour: Colour,
}

const fn style(weight: Weight, size: f32, leading: f32, colour: Colour) -> Style {
    Style { weight, size, leading, colour }
}

/// The clinic's name.
pub(super) const CLINIC: Style = style(Weight::Bold, 17.0, 21.0, INK);
/// The kind of document.
pub(super) const TITLE: Style = style(Weight::Bold, 20.0, 21.0, TEAL);
/// The address under the clinic's name.
pub(super) const ADDRESS: Style = style(Weight::Regular, 9.5, 13.5, QUIET);
/// A heading.
pub(super) const HEADING: Style = style(Weight::Bold, 13.0, 17.0, INK);
/// Above the names of the two parties.
pub(super) const EYEBROW: Style = style(Weight::Bold, 9.5, 13.0, TEAL);
/// A person's or a medicine's name.
pub(super) const NAME: Style = style(Weight::Bold, 12.5, 16.5, INK);
/// The label of a value.
pub(super) const LABEL: Style = style(Weight::Regular, 8.5, 12.0, QUIET);
/// A value.
pub(super) const VALUE: Style = style(Weight::Regular, 10.0, 14.0, INK);
/// A value that must not be overlooked.
pub(super) const STRONG: Style = style(Weight::Bold, 10.0, 14.0, INK);
/// The number of a medicine.
pub(super) const BADGE: Style = style(Weight::Bold, 10.0, 20.0, TEAL);
/// The address for checking.
pub(super) const ADDRESS_LINK: Style = style(Weight::Regular, 10.0, 14.0, TEAL);
/// The code for checking.
pub(super) const CODE: Style = style(Weight::Bold, 11.5, 15.5, INK);
/// The fingerprint.
pub(super) const PRINT: Style = style(Weight::Regular, 8.5, 12.0, INK);
/// The head of a later page.
pub(super) const RUNNING: Style = style(Weight::Bold, 9.5, 13.0, INK);
/// The foot, and the second line of the head of a later page.
pub(super) const FOOT: Style = style(Weight::Regular, 8.5, 12.0, QUIET);
/// The word in the cancellation band.
pub(super) const ALARM: Style = style(Weight::Bold, 15.0, 19.0, BAD);
/// The sentence next to it.
pub(super) const ALARM_TEXT: Style = style(Weight::Regular, 10.0, 14.0, INK);
/// The word across the page.
pub(super) const WATERMARK: Style = style(Weight::Bold, 96.0, 96.0, BAD);
