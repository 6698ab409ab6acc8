//! Numbers that look random and are the same every time (Knuth's MMIX), so that a failure can be had again. The unit tests have the
//! same file (`domain/indicators/published.rs`).

pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// 0 to `n` − 1.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.get(usize::try_from(self.below(of.len().try_into().unwrap())).unwrap()).unwrap()
    }
}
