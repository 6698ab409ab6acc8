//! What changed from one text to the next, promise by promise and word by word, as people are shown it.

/// Most comparisons of words for one promise; longer ones are shown as replaced.
const WORDS_MAX: usize = 250_000;

/// Whether a word is in both texts, in the new one only, or in the old one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Same,
    Added,
    Removed,
}

/// Some words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub kept: Kept,
    pub text: String,
}

/// What became of one promise. `n` is its number in the new text, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Changed { n: usize, pieces: Vec<Piece> },
    Added { n: usize, text: String },
    Removed { text: String },
}

/// The promises that are not the same in both texts, in the order of the new one.
#[must_use]
pub fn between(before: &[String], after: &[String]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (to_i, to_j) in common(before, after).into_iter().chain([(before.len(), after.len())]) {
        let gone = before.get(i..to_i).unwrap_or_default();
        let come = after.get(j..to_j).unwrap_or_default();
        gap(gone, come, j, &mut changes);
        (i, j) = (to_i + 1, to_j + 1);
    }
    changes
}

/// What stands between two promises that stayed: paired in order where they are alike, else taken out and put in.
fn gap(gone: &[String], come: &[String], from: usize, changes: &mut Vec<Change>) {
    for (k, text) in come.iter().enumerate() {
        let n = from + k + 1;
        match gone.get(k).map(|old| (old, words(old, text))) {
            Some((_, pieces)) if alike(&pieces) => changes.push(Change::Changed { n, pieces }),
            Some((old, _)) => {
                changes.push(Change::Removed { text: old.clone() });
                changes.push(Change::Added { n, text: text.clone() });
            }
            None => changes.push(Change::Added { n, text: text.clone() }),
        }
    }
    let more = gone.iter().skip(come.len());
    changes.extend(more.map(|text| Change::Removed { text: text.clone() }));
}

/// A promise that keeps a third of its words is the same one, changed.
fn alike(pieces: &[Piece]) -> bool {
    let count = |kept: Kept| -> usize {
        pieces.iter().filter(|p| p.kept == kept).map(|p| p.text.split_whitespace().count()).sum()
    };
    let same = count(Kept::Same);
    same * 3 >= same + count(Kept::Added).max(count(Kept::Removed))
}

/// Two promises, word by word.
fn words(before: &str, after: &str) -> Vec<Piece> {
    let old: Vec<&str> = before.split_whitespace().collect();
    let new: Vec<&str> = after.split_whitespace().collect();
    let stay = if old.len() * new.len() > WORDS_MAX { Vec::new() } else { common(&old, &new) };
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (to_i, to_j) in stay.into_iter().chain([(old.len(), new.len())]) {
        put(&mut pieces, Kept::Removed, old.get(i..to_i));
        put(&mut pieces, Kept::Added, new.get(j..to_j));
        put(&mut pieces, Kept::Same, old.get(to_i..=to_i));
        (i, j) = (to_i + 1, to_j + 1);
    }
    pieces
}

fn put(pieces: &mut Vec<Piece>, kept: Kept, words: Option<&[&str]>) {
    let text = words.unwrap_or_default().join(" ");
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.kept == kept => {
            last.text.push(' ');
            last.text.push_str(&text);
        }
        _ => pieces.push(Piece { kept, text }),
    }
}

/// The longest row of entries that stand in both, in order: where in the one, and where in the other.
fn common<T: PartialEq>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    // From the ends: `rows[i][j]` is how many the last i and the last j entries have in common.
    let mut rows: Vec<Vec<u32>> = vec![vec![0; b.len() + 1]];
    for x in a.iter().rev() {
        let shorter = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0];
        for (k, y) in b.iter().rev().enumerate() {
            let known = |row: &[u32], at: usize| row.get(at).copied().unwrap_or(0);
            let both = known(&shorter, k) + 1;
            let longest = if x == y { both } else { known(&shorter, k + 1).max(known(&row, k)) };
            row.push(longest);
        }
        rows.push(row);
    }
    let left = |i: usize, j: usize| {
        let row = rows.get(a.len().saturating_sub(i));
        row.and_then(|row| row.get(b.len().saturating_sub(j))).copied().unwrap_or(0)
    };
    let (mut found, mut i, mut j) = (Vec::new(), 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x == y {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if left(i + 1, j) >= left(i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn what_stays_is_not_told_and_what_changes_is_told_by_word() {
        let before = texts(&["밤 열 시 뒤에 뛰지 않기", "의자에 덮개 씌우기", "문을 살살 닫기"]);
        assert_eq!(between(&before, &before), []);
        let after = texts(&["밤 아홉 시 뒤에 뛰지 않기", "의자에 덮개 씌우기", "주말에 서로 인사하기"]);
        let piece = |kept, text: &str| Piece { kept, text: text.to_owned() };
        let pieces = vec![
            piece(Kept::Same, "밤"),
            piece(Kept::Removed, "열"),
            piece(Kept::Added, "아홉"),
            piece(Kept::Same, "시 뒤에 뛰지 않기"),
        ];
        assert_eq!(
            between(&before, &after),
            [
                Change::Changed { n: 1, pieces },
                Change::Removed { text: "문을 살살 닫기".to_owned() },
                Change::Added { n: 3, text: "주말에 서로 인사하기".to_owned() },
            ]
        );
    }

    #[test]
    fn from_the_old_text_and_what_is_told_the_new_one_follows() {
        // Every pair of texts of up to three of these promises, in any order, none of them twice.
        let known = ["가 나 다", "가 나 라", "마 바", "사"];
        let mut all: Vec<Vec<String>> = vec![vec![]];
        for _ in 0..3 {
            let longer = all.iter().flat_map(|t| known.map(|k| [t.clone(), texts(&[k])].concat()));
            let once = |t: &Vec<String>| known.iter().all(|k| t.iter().filter(|x| x == k).count() < 2);
            let longer = longer.filter(once);
            all = all.iter().cloned().chain(longer).collect();
            all.sort();
            all.dedup();
        }
        for before in &all {
            for after in &all {
                let told = between(before, after);
                let new = |n: usize| {
                    told.iter().find_map(|c| match c {
                        Change::Added { n: at, text } if *at == n => Some(text.clone()),
                        Change::Changed { n: at, pieces } if *at == n => {
                            let stays = pieces.iter().filter(|p| p.kept != Kept::Removed);
                            Some(stays.map(|p| p.text.as_str()).collect::<Vec<_>>().join(" "))
                        }
                        _ => None,
                    })
                };
                let gone = |c: &Change| match c {
                    Change::Removed { text } => Some(text.clone()),
                    Change::Changed { pieces, .. } => {
                        let was = pieces.iter().filter(|p| p.kept != Kept::Added);
                        Some(was.map(|p| p.text.as_str()).collect::<Vec<_>>().join(" "))
                    }
                    Change::Added { .. } => None,
                };
                let gone: Vec<String> = told.iter().filter_map(gone).collect();
                let mut rest = before.clone();
                for text in &gone {
                    let at =
                        rest.iter().position(|t| t == text).unwrap_or_else(|| panic!("{before:?} {told:?}"));
                    rest.remove(at);
                }
                let mut rest = rest.into_iter();
                let made: Vec<String> =
                    (1..=after.len()).map(|n| new(n).unwrap_or_else(|| rest.next().unwrap())).collect();
                assert_eq!(&made, after, "{before:?}: {told:?}");
            }
        }
    }
}
