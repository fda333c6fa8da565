//! Name-value pairs (specification section 3.4), as bytes of any kind. Pure.

/// Reads the pairs of a complete stream, in order, as often as they occur.
#[derive(Clone, Debug)]
pub struct Pairs<'b>(&'b [u8]);

/// A length that the stream does not hold, or half a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPair;

impl<'b> Pairs<'b> {
    /// The pairs of `stream`.
    pub fn new(stream: &'b [u8]) -> Self {
        Self(stream)
    }

    fn pair(&mut self) -> Option<(&'b [u8], &'b [u8])> {
        let (name, value) = (self.length()?, self.length()?);
        let (name, rest) = self.0.split_at_checked(name)?;
        let (value, rest) = rest.split_at_checked(value)?;
        self.0 = rest;
        Some((name, value))
    }

    /// One byte below 128, or four bytes with the highest bit set.
    fn length(&mut self) -> Option<usize> {
        let (&first, rest) = self.0.split_first()?;
        if first < 0x80 {
            self.0 = rest;
            return Some(usize::from(first));
        }
        let (&[a, b, c, d], rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        usize::try_from(u32::from_be_bytes([a & 0x7f, b, c, d])).ok()
    }
}

impl<'b> Iterator for Pairs<'b> {
    type Item = Result<(&'b [u8], &'b [u8]), BadPair>;

    /// Ends after the first error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let pair = self.pair().ok_or(BadPair);
        if pair.is_err() {
            self.0 = &[];
        }
        Some(pair)
    }
}

/// Appends a pair. Names and values of this package are shorter than 128 bytes;
/// a longer one is left out.
pub fn push(stream: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    if let (Ok(name_length @ ..0x80), Ok(value_length @ ..0x80)) =
        (u8::try_from(name.len()), u8::try_from(value.len()))
    {
        stream.extend_from_slice(&[name_length, value_length]);
        stream.extend_from_slice(name);
        stream.extend_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_every_length_come_back_in_order() {
        let mut stream = vec![1, 0, b'a', 0, 1, 0xff];
        stream.extend([0x80, 0, 0, 200, 0x80, 1, 0, 0]);
        stream.extend([b'n'; 200]);
        stream.extend([0; 65_536]);
        stream.extend([0, 0]);
        let pairs: Vec<_> = Pairs::new(&stream).map(Result::unwrap).collect();
        let (long_name, long_value) = ([b'n'; 200], vec![0; 65_536]);
        let expected: [(&[u8], &[u8]); 4] =
            [(b"a", b""), (b"", b"\xff"), (&long_name, &long_value), (b"", b"")];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_length_beyond_the_stream_is_an_error_and_the_end() {
        for stream in [
            &[1][..],
            &[1, 0],
            &[0, 1],
            &[0x80],
            &[0x80, 0, 0],
            &[0, 0x80, 0, 0],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3],
            &[2, 0xff, 0xff, 0xff, 0xff, b'a', b'b'],
        ] {
            let pairs: Vec<_> = Pairs::new(stream).collect();
            assert_eq!(pairs, [Err(BadPair)], "{stream:?}");
        }
    }

    #[test]
    fn a_pushed_pair_is_read_again() {
        let mut stream = Vec::new();
        push(&mut stream, b"NAME", b"1");
        push(&mut stream, &[b'x'; 128], b"");
        assert_eq!(Pairs::new(&stream).collect::<Vec<_>>(), [Ok((&b"NAME"[..], &b"1"[..]))]);
    }
}
