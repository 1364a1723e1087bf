//! As much of DER (ITU-T X.690) as time stamps need: elements with one-byte tags and definite lengths.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]` and `[1]`, with elements inside.
pub(super) const CONTEXT_0: u8 = 0xa0;
pub(super) const CONTEXT_1: u8 = 0xa1;

/// The bytes are not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements that it contains.
    pub(super) const fn inside(&self) -> Reader<'a> {
        Reader(self.content)
    }
}

/// Reads elements one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Result<Element<'a>, Malformed> {
        let bytes = self.0;
        let [tag, first, ..] = *bytes else { return Err(Malformed) };
        // A tag of more than one byte.
        if tag & 0x1f == 0x1f {
            return Err(Malformed);
        }
        let (length, begin) = match first {
            0..=0x7f => (usize::from(first), 2),
            0x81..=0x84 => {
                let end = 2 + usize::from(first & 0x7f);
                let digits = bytes.get(2..end).ok_or(Malformed)?;
                (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), end)
            }
            // An indefinite length is BER, and a longer one is no time stamp.
            _ => return Err(Malformed),
        };
        let end = begin.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Malformed)?;
        self.0 = &bytes[end..];
        Ok(Element { tag, content: &bytes[begin..end], whole: &bytes[..end] })
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, Malformed> {
        self.any().ok().filter(|element| element.tag == tag).ok_or(Malformed)
    }

    /// The next element if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.0.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }
}

/// Writes an element that contains others.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut written = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => written.push(short),
        _ => {
            let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
            written.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            written.extend(digits);
        }
    }
    parts.iter().for_each(|part| written.extend_from_slice(part));
    written
}

/// Writes a number that is not negative, from its big-endian bytes.
pub(super) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let significant = without_zeros(bytes);
    let sign: &[u8] = if significant.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, significant])
}

/// The bytes of a number without the zeros before it.
pub(super) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let written = element(OCTET_STRING, &[&content]);
            let mut reader = Reader::of(&written);
            let read = reader.expect(OCTET_STRING).unwrap();
            assert_eq!((read.content, read.whole, reader.is_empty()), (&*content, &*written, true));
        }
        assert_eq!(unsigned(&[0, 0, 0x8b, 1]), [2, 3, 0, 0x8b, 1]);
        assert_eq!(unsigned(&[0, 5]), [2, 1, 5]);
        assert_eq!(unsigned(&[0]), [2, 1, 0]);
    }

    #[test]
    fn cut_off_and_foreign_bytes_are_refused() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x82, 1],
            &[0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x1f, 0x81, 0],
        ] {
            assert_eq!(Reader::of(bytes).any(), Err(Malformed), "{bytes:?}");
        }
        assert_eq!(Reader::of(&[4, 0]).expect(SEQUENCE), Err(Malformed));
        assert_eq!(Reader::of(&[4, 0]).optional(SEQUENCE), Ok(None));
    }
}
