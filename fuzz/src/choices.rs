//! Bytes as choices, until there are none; then every choice is the first.

pub struct Choices<'a>(pub &'a [u8]);

impl<'a> Choices<'a> {
    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    pub fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[usize::from(self.byte()) % all.len()]
    }

    pub fn below(&mut self, most: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        wide % most.max(1)
    }

    pub fn bytes(&mut self) -> &'a [u8] {
        let most = usize::from(self.byte() % 64).min(self.0.len());
        let (some, rest) = self.0.split_at(most);
        self.0 = rest;
        some
    }

    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}
