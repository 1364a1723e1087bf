//! Areas as PDF paths.

use super::{
    canvas::Area,
    layout::{Colour, PAGE_HEIGHT},
};
use printpdf::{Color, LinePoint, Op, PaintMode, Point, Polygon, PolygonRing, Pt, Rgb, WindingOrder};

/// The outline of an area, with quarter circles at the corners.
pub(super) fn outline(area: &Area, radius: f32) -> PolygonRing {
    let (left, right) = (area.x, area.x + area.width);
    let (top, bottom) = (PAGE_HEIGHT - area.y, PAGE_HEIGHT - area.y - area.height);
    let at = |x: f32, y: f32, bezier: bool| LinePoint { p: Point { x: Pt(x), y: Pt(y) }, bezier };
    if radius <= 0.0 {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        return PolygonRing { points: corners.map(|(x, y)| at(x, y, false)).into() };
    }
    let r = radius.min(area.width / 2.0).min(area.height / 2.0);
    // The usual approximation of a quarter circle by one Bézier curve.
    let c = r * (1.0 - 0.552_285);
    PolygonRing {
        points: vec![
            at(left + r, top, false),
            at(right - r, top, false),
            at(right - c, top, true),
            at(right, top - c, true),
            at(right, top - r, false),
            at(right, bottom + r, false),
            at(right, bottom + c, true),
            at(right - c, bottom, true),
            at(right - r, bottom, false),
            at(left + r, bottom, false),
            at(left + c, bottom, true),
            at(left, bottom + c, true),
            at(left, bottom + r, false),
            at(left, top - r, false),
            at(left, top - c, true),
            at(left + c, top, true),
            at(left + r, top, false),
        ],
    }
}

/// Paths drawn in one operation.
pub(super) fn polygon(rings: Vec<PolygonRing>, mode: PaintMode) -> Op {
    Op::DrawPolygon { polygon: Polygon { rings, mode, winding_order: WindingOrder::NonZero } }
}

/// The colour in printpdf's type.
pub(super) fn rgb([r, g, b]: Colour) -> Color {
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}
