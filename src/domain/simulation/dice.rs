//! Numbers that look random and are the same on every machine: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
//! number generators", OOPSLA 2014).

/// A stream of numbers of its own for whatever it is named by.
pub(super) struct Dice(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// The stream of this name.
    pub(super) fn of(name: &[u64]) -> Self {
        Self(
            name.iter()
                .fold(STEP, |state, part| mixed(state.wrapping_add(STEP) ^ mixed(part.wrapping_add(STEP)))),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// 0 to `n` − 1, all alike; 0 for 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(n)) >> 64).unwrap_or(0)
    }

    /// True so many times of a thousand.
    pub(super) fn permille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of a table by its share in thousandths; `otherwise` where they do not add up.
    pub(super) fn pick<T: Copy>(&mut self, table: &[(T, u64)], otherwise: T) -> T {
        let mut drawn = self.below(1000);
        for (what, share) in table {
            if drawn < *share {
                return *what;
            }
            drawn -= share;
        }
        otherwise
    }

    /// A whole number, on average `thousandths` of a thousandth, between nothing and twice that.
    pub(super) fn about(&mut self, thousandths: u64) -> u64 {
        let drawn = self.below(2 * thousandths + 1);
        drawn / 1000 + u64::from(self.below(1000) < drawn % 1000)
    }

    /// A wait in seconds with this mean: mostly shorter, now and then up to four times as long.
    pub(super) fn wait(&mut self, mean: u64) -> u64 {
        let (one, other) = (self.below(2 * mean + 1), self.below(1000));
        one * other / 500
    }
}
