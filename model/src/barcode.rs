//! Barcodes in Code 128 (ISO/IEC 15417), for labels that a scanner at the desk reads.

/// The widths of bars and spaces of each symbol, in modules, beginning with a bar. 103 to 105 start a code, 106 ends it.
const SYMBOLS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312", "231212",
    "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
    "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
    "313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242", "121142", "121241", "114212",
    "124112", "124211", "411212", "421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
    "114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: usize = 104;
const STOP: usize = 106;
const CHECK_MODULUS: usize = 103;

/// The empty space that a scanner needs on each side, in modules.
pub const QUIET_MODULES: u32 = 10;

/// A bar: where it begins and how wide it is, in modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// The distance from the left edge, with the quiet zone.
    pub x: u32,
    /// The width.
    pub width: u32,
}

/// A barcode: its bars, and its whole width with both quiet zones, in modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode {
    /// The bars, from left to right.
    pub bars: Vec<Bar>,
    /// The width of the whole.
    pub width: u32,
}

impl Barcode {
    /// The text in code set B. `None` when it has a character other than printable ASCII, which code set B does not have.
    #[must_use]
    pub fn code_128(text: &str) -> Option<Self> {
        let values = text.bytes().map(value).collect::<Option<Vec<usize>>>()?;
        let check = values.iter().enumerate().fold(START_B, |sum, (at, value)| sum + (at + 1) * value) % CHECK_MODULUS;
        let symbols = [START_B].into_iter().chain(values).chain([check, STOP]);
        let mut bars = Vec::new();
        let mut x = QUIET_MODULES;
        for symbol in symbols {
            for (at, digit) in SYMBOLS[symbol].bytes().enumerate() {
                let width = u32::from(digit - b'0');
                if at % 2 == 0 {
                    bars.push(Bar { x, width });
                }
                x += width;
            }
        }
        Some(Self { bars, width: x + QUIET_MODULES })
    }

    /// The bars as the path of an SVG image, each a rectangle of this height.
    #[must_use]
    pub fn path(&self, height: u32) -> String {
        self.bars.iter().map(|Bar { x, width }| format!("M{x} 0h{width}v{height}h-{width}z")).collect()
    }
}

/// The value of a character in code set B.
fn value(byte: u8) -> Option<usize> {
    (b' '..=b'~').contains(&byte).then(|| usize::from(byte - b' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_symbol_is_different_and_eleven_modules_wide() {
        assert_eq!(SYMBOLS.iter().collect::<BTreeSet<_>>().len(), SYMBOLS.len());
        for (at, symbol) in SYMBOLS.iter().enumerate() {
            let width: u32 = symbol.bytes().map(|digit| u32::from(digit - b'0')).sum();
            assert_eq!(width, if at == STOP { 13 } else { 11 }, "symbol {at}");
        }
    }

    #[test]
    fn a_text_is_start_characters_check_and_stop() {
        // The usual example: 54 in code set A, and one more in code set B, because the start symbol is one more.
        let code = Barcode::code_128("PJJ123C").expect("printable ASCII");
        let symbols = [104, 48, 42, 42, 17, 18, 19, 35, 55, 106];
        let widths: String = symbols.iter().map(|symbol| SYMBOLS[*symbol]).collect();
        let bars: Vec<u32> = widths.bytes().step_by(2).map(|digit| u32::from(digit - b'0')).collect();
        // Each symbol but the last has an even number of elements, so every second one is a bar.
        assert_eq!(code.bars.iter().map(|bar| bar.width).collect::<Vec<_>>(), bars);
        assert_eq!(code.width, 9 * 11 + 13 + 2 * QUIET_MODULES);
        assert!(code.path(40).starts_with("M10 0h2v40h-2z"));
        assert_eq!(Barcode::code_128("ü"), None);
    }
}
